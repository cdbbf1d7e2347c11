-- FlinkDeployment and FlinkSessionJob, of the Flink Kubernetes operator 1.10 to 1.15. Argo CD runs this without Lua's
-- libraries. DEPLOYED means submitted and not seen healthy yet; STABLE means seen running, or finished.
local status = obj.status or {}
local word = status.lifecycleState or "CREATED"
local failure = status.error or ""
local generation = obj.metadata ~= nil and obj.metadata.generation or 0
local observed = status.observedGeneration or 0
local suspend = obj.spec ~= nil and obj.spec.job ~= nil and obj.spec.job.state == "suspended"
local manager = status.jobManagerDeploymentStatus

local function health(state, message)
  if failure ~= "" then
    message = failure
  end
  return {status = state, message = message}
end

local broken = word == "FAILED" or (word ~= "UPGRADING" and manager == "ERROR")
if broken and (observed == generation or observed == 0) then
  return health("Degraded", "the lifecycle is " .. word)
end
if observed ~= generation then
  -- A job that was created suspended is never deployed, so that nothing of it is ever observed.
  if suspend and observed == 0 and word == "CREATED" and failure == "" then
    return health("Healthy", "suspended, as it should be")
  end
  return health("Progressing", "the operator has not taken up the change yet")
end
if word == "ROLLED_BACK" or word == "ROLLING_BACK" then
  return health("Degraded", "the operator went back to the last stable spec; the new one never became stable")
end
if suspend and word == "SUSPENDED" then
  return health("Healthy", "suspended, as it should be")
end
if word == "STABLE" and failure == "" then
  return health("Healthy", "the lifecycle is STABLE")
end
if manager ~= nil and manager ~= "READY" then
  return health("Progressing", "the JobManager is " .. manager)
end
if status.jobStatus ~= nil and status.jobStatus.state ~= nil and status.jobStatus.state ~= "RUNNING" then
  return health("Progressing", "the job is " .. status.jobStatus.state)
end
return health("Progressing", "the lifecycle is " .. word)
