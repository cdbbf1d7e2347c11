-- Application: Argo CD 1.8 stopped judging the Applications in an Application, so that sync waves over them wait for
-- nothing without this (https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app).
local health = obj.status ~= nil and obj.status.health or nil
if health == nil or health.status == nil then
  return {status = "Progressing", message = "not judged yet"}
end
return {status = health.status, message = health.message or ""}
