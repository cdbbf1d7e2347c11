-- FlinkBlueGreenDeployment, of the Flink Kubernetes operator 1.13 to 1.15. It has no observedGeneration: for the moment
-- until the operator takes up a change, the state is that of before.
local status = obj.status or {}
local word = status.blueGreenState or "INITIALIZING_BLUE"
local failure = status.error or ""
local job = status.jobStatus ~= nil and status.jobStatus.state or ""
local active = word == "ACTIVE_BLUE" or word == "ACTIVE_GREEN"
if job == "FAILED" or (active and failure ~= "") then
  -- A transition that was given up leaves the old colour active and says why.
  if failure == "" then
    failure = "the job is FAILED"
  end
  return {status = "Degraded", message = failure}
end
if active and (job == "RUNNING" or job == "FINISHED") then
  return {status = "Healthy", message = word}
end
return {status = "Progressing", message = word}
