"""The catalogue of addons: one line each; the module ``oneup.addons.<field>`` builds it."""

from oneup.settings.addons.argo_cd import ArgoCdSettings
from oneup.settings.addons.backup import GrafanaExport, PrometheusSnapshots, Velero
from oneup.settings.addons.logging import EckOperator, FluentBit, LogShipper, Loki, Promtail
from oneup.settings.addons.monitoring import BlackboxExporter, KubePrometheusStack, PrometheusAdapter
from oneup.settings.addons.networking import (
    AwsLoadBalancerController,
    CertManager,
    CloudflareTunnel,
    ExternalDns,
    IngressNginx,
    Istiod,
    Kong,
    MetalLb,
)
from oneup.settings.addons.scaling import ClusterAutoscaler, Karpenter, KarpenterCrd
from oneup.settings.addons.secrets import (
    Consul,
    ExternalSecrets,
    SealedSecrets,
    SecretsStoreCsiDriver,
    Vault,
    VaultConfiguration,
    VaultSnapshots,
)
from oneup.settings.addons.security import ChaosMesh, Falco, Kyverno, TrivyOperator
from oneup.settings.addons.storage import RookCephCluster
from oneup.settings.addons.switch import AddonSettings, AwsOptInAddon, ExistingClusterAddon, OptInAddon
from oneup.settings.addons.tracing import Jaeger, OpenTelemetryCollector, OpenTelemetryOperator, Tempo
from oneup.settings.base import Section


class Addons(Section):
    """The settings of every addon in the catalogue."""

    aws_load_balancer_controller: AwsLoadBalancerController = AwsLoadBalancerController()
    """Load balancers for Ingresses and Services on AWS."""

    metrics_server: AddonSettings = AddonSettings()
    """CPU and memory metrics for autoscaling and ``kubectl top``."""

    karpenter_crd: KarpenterCrd = KarpenterCrd()
    """Karpenter's CRDs: node pools and node classes."""

    karpenter: Karpenter = Karpenter()
    """Creates nodes that fit pending pods, instead of the cluster autoscaler."""

    vertical_pod_autoscaler: OptInAddon = OptInAddon()
    """Adjusts resource requests to actual use, for workloads with a VerticalPodAutoscaler."""

    keda: OptInAddon = OptInAddon()
    """Scales workloads by events, such as the length of a queue."""

    prometheus_operator_crds: AddonSettings = AddonSettings()
    """The CRDs for monitors and alerts; without them a stack has no monitoring."""

    external_dns: ExternalDns = ExternalDns()
    """DNS records in Route 53 for the hosts of Ingresses and Services."""

    cert_manager: CertManager = CertManager()
    """Issues and renews certificates, from Let's Encrypt or a CA in the cluster."""

    external_secrets: ExternalSecrets = ExternalSecrets()
    """Creates Secrets from Secrets Manager or Parameter Store, and generates passwords."""

    secrets_store_csi_driver: SecretsStoreCsiDriver = SecretsStoreCsiDriver()
    """Mounts AWS secrets as files in pods, with the pod's own role, and refreshes them."""

    sealed_secrets: SealedSecrets = SealedSecrets()
    """Decrypts SealedSecrets: Secrets that are encrypted for this cluster and can be stored in Git."""

    consul: Consul = Consul()
    """Stores Vault's data, if Vault does not use its own Raft storage."""

    vault: Vault = Vault()
    """Secrets with an audit log, and short-lived database users."""

    vault_configuration: VaultConfiguration = VaultConfiguration()
    """Configures Vault from the stack file: roles, policies, databases, secret stores."""

    vault_snapshots: VaultSnapshots = VaultSnapshots()
    """Copies a snapshot of Vault to a bucket, every hour."""

    cluster_autoscaler: ClusterAutoscaler = ClusterAutoscaler()
    """Adds nodes for pending pods and removes idle nodes; spot groups first."""

    kube_prometheus_stack: KubePrometheusStack = KubePrometheusStack()
    """Prometheus, Alertmanager and Grafana, with metrics of nodes and objects."""

    loki: Loki = Loki()
    """Stores container logs in a bucket."""

    alloy: LogShipper = LogShipper()
    """Ships the logs of every node to Loki."""

    promtail: Promtail = Promtail()
    """The former log shipper for Loki, past its end of life; use Alloy instead, never both."""

    metallb: MetalLb = MetalLb()
    """Assigns addresses to Services of type LoadBalancer on bare metal."""

    snapshot_controller: ExistingClusterAddon = ExistingClusterAddon()
    """Creates volume snapshots, for example for Velero."""

    rook_ceph: ExistingClusterAddon = ExistingClusterAddon()
    """The operator that runs Ceph."""

    ceph_csi_drivers: ExistingClusterAddon = ExistingClusterAddon()
    """The CSI drivers that mount Ceph volumes."""

    rook_ceph_cluster: RookCephCluster = RookCephCluster()
    """Ceph: volumes, shared file systems and buckets on the storage nodes' own disks."""

    eck_operator: EckOperator = EckOperator()
    """Elasticsearch and Kibana, with the operator that runs them."""

    cloudnative_pg: OptInAddon = OptInAddon()
    """Highly available PostgreSQL databases, with backups to a bucket."""

    gateway_api: OptInAddon = OptInAddon()
    """The CRDs of the Gateway API, the successor of Ingress."""

    kong: Kong = Kong()
    """The ingress controller of an existing cluster, with rate limits, size limits and authentication."""

    ingress_nginx: IngressNginx = IngressNginx()
    """A former ingress controller, retired in March 2026; use Kong instead, never both."""

    cloudflare_tunnel: CloudflareTunnel = CloudflareTunnel()
    """Ingress through Cloudflare, over connections from inside the cluster."""

    fluent_bit: FluentBit = FluentBit()
    """Ships the logs of every node to CloudWatch Logs."""

    tempo: Tempo = Tempo()
    """Stores traces in a bucket."""

    jaeger: Jaeger = Jaeger()
    """Stores searchable traces in Elasticsearch, with or instead of Tempo."""

    opentelemetry_collector: OpenTelemetryCollector = OpenTelemetryCollector()
    """Receives spans, derives metrics from them, and forwards them to Tempo, Jaeger or both."""

    opentelemetry_operator: OpenTelemetryOperator = OpenTelemetryOperator()
    """Instruments pods with an annotation."""

    blackbox_exporter: BlackboxExporter = BlackboxExporter()
    """Probes the platform's UIs over HTTPS."""

    prometheus_adapter: PrometheusAdapter = PrometheusAdapter()
    """Prometheus metrics for autoscaling."""

    velero: Velero = Velero()
    """Backs up the cluster's objects and volumes, every night."""

    prometheus_snapshots: PrometheusSnapshots = PrometheusSnapshots()
    """Copies a snapshot of Prometheus to a bucket, every night."""

    sealed_secrets_keys: AwsOptInAddon = AwsOptInAddon()
    """Backs up the keys of Sealed Secrets to Secrets Manager, also in the second region."""

    grafana_export: GrafanaExport = GrafanaExport()
    """Copies dashboards and alerts created in Grafana to a bucket, every night."""

    argo_cd: ArgoCdSettings = ArgoCdSettings()
    """Deploys ``apps/`` from Git."""

    flux: OptInAddon = OptInAddon()
    """Deploys ``apps/`` from Git, instead of Argo CD."""

    argo_rollouts: OptInAddon = OptInAddon()
    """Canary and blue-green rollouts, with analysis of metrics."""

    falco: Falco = Falco()
    """Detects suspicious behaviour of containers and reports it to Alertmanager."""

    trivy_operator: TrivyOperator = TrivyOperator()
    """Scans running images for vulnerabilities, and workloads for misconfiguration."""

    istio_base: OptInAddon = OptInAddon()
    """The CRDs of Istio."""

    istiod: Istiod = Istiod()
    """The Istio service mesh: mutual TLS, metrics and traces of requests between pods."""

    istio_gateway: OptInAddon = OptInAddon()
    """The ingress gateway of the mesh, behind the platform's ingress."""

    chaos_mesh: ChaosMesh = ChaosMesh()
    """Chaos experiments: kill pods, delay packets, remove a zone."""

    kyverno: Kyverno = Kyverno()
    """Policies for application pods: user, resource requests, image registries."""
