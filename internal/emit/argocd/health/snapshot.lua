-- FlinkStateSnapshot, of the Flink Kubernetes operator 1.10 to 1.15.
local status = obj.status or {}
local word = status.state or "TRIGGER_PENDING"
if word == "COMPLETED" then
  return {status = "Healthy", message = status.path or word}
end
if word == "FAILED" or word == "ABANDONED" then
  return {status = "Degraded", message = status.error or word}
end
return {status = "Progressing", message = "the snapshot is " .. word}
