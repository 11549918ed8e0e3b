-- The health of an Application is the health that Argo CD has worked out for it. With this, the sync
-- waves of an app of apps wait until a child Application is healthy; Argo CD itself assesses none.
local health = (obj.status or {}).health or {}
return {
  status = health.status or "Progressing",
  message = health.message or "",
}
