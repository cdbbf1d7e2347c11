package spec

// PlatformMonitoring says how metrics are scraped, judged and shown.
type PlatformMonitoring struct {
	Namespaces    []string          `json:"namespaces"`
	Labels        map[string]string `json:"labels"`
	Interval      string            `json:"interval" default:"30s"`
	ScrapeTimeout string            `json:"scrapeTimeout"`
	Alerts        PlatformAlerts    `json:"alerts"`
	Dashboards    Dashboards        `json:"dashboards"`
}

// PlatformAlerts are the PrometheusRules of all that is scraped.
type PlatformAlerts struct {
	Enabled  bool   `json:"enabled" default:"true"`
	Runbooks string `json:"runbooks" default:"https://github.com/helm-flink/helm-flink/blob/main/docs/monitoring.md"`
}

// Dashboards are ConfigMaps that Grafana's sidecar finds.
type Dashboards struct {
	Enabled     bool              `json:"enabled" default:"true"`
	Namespace   string            `json:"namespace"`
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// OperatorMonitoring is the operator's part.
type OperatorMonitoring struct {
	Prometheus OperatorPrometheus `json:"prometheus"`
	Alerts     map[string]*Alert  `json:"alerts"`
}

// OperatorPrometheus is the operator's metrics reporter.
type OperatorPrometheus struct {
	Enabled bool `json:"enabled"`
	Port    int  `json:"port" default:"9999"`
}

// Prometheus is the metrics reporter of a Flink cluster.
type Prometheus struct {
	Enabled  bool     `json:"enabled"`
	Port     int      `json:"port" default:"9249"`
	Includes []string `json:"includes"`
	Excludes []string `json:"excludes"`
}

// Alert changes one alert.
type Alert struct {
	Enabled   bool     `json:"enabled" default:"true"`
	Severity  string   `json:"severity"`
	For       string   `json:"for"`
	Threshold *float64 `json:"threshold"`
}
