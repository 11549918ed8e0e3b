"""The catalogue of addons: one line each; the module ``oneup.addons.<field>`` builds it."""

from oneup.settings.addons.argo_cd import ArgoCd
from oneup.settings.addons.backup import GrafanaExport, PrometheusSnapshots, Velero
from oneup.settings.addons.logging import EckOperator, FluentBit, Loki, Promtail, Shipper
from oneup.settings.addons.monitoring import BlackboxExporter, KubePrometheusStack, PrometheusAdapter
from oneup.settings.addons.networking import (
    CertManager,
    CloudflareTunnel,
    ExternalDns,
    IngressNginx,
    Istiod,
    Kong,
    LoadBalancerController,
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
from oneup.settings.addons.switch import AwsOptIn, ExistingOnly, Knobs, OptIn
from oneup.settings.addons.tracing import Collector, Jaeger, Operator, Tempo
from oneup.settings.base import Section


class Addons(Section):
    """Every addon that oneup knows, with its knobs."""

    aws_load_balancer_controller: LoadBalancerController = LoadBalancerController()
    """Load balancers for Ingresses and Services on AWS."""

    metrics_server: Knobs = Knobs()
    """CPU and memory figures for autoscaling and ``kubectl top``."""

    karpenter_crd: KarpenterCrd = KarpenterCrd()
    """The kinds of Karpenter: node pools and node classes."""

    karpenter: Karpenter = Karpenter()
    """Nodes made to measure for the pods that wait, in place of the cluster autoscaler."""

    vertical_pod_autoscaler: OptIn = OptIn()
    """Requests that follow what pods really use, where a VerticalPodAutoscaler asks for it."""

    keda: OptIn = OptIn()
    """Workloads scaled by events, such as the length of a queue."""

    prometheus_operator_crds: Knobs = Knobs()
    """The kinds that describe monitors and alerts; off means a stack without monitoring."""

    external_dns: ExternalDns = ExternalDns()
    """DNS records in Route 53 for the hosts of Ingresses and Services."""

    cert_manager: CertManager = CertManager()
    """Certificates from Let's Encrypt and of the cluster's own, renewed in time."""

    external_secrets: ExternalSecrets = ExternalSecrets()
    """Secrets that are generated, or kept in Secrets Manager or Parameter Store, as Secrets."""

    secrets_store_csi_driver: SecretsStoreCsiDriver = SecretsStoreCsiDriver()
    """Secrets of AWS as files in a pod, read with the pod's own role and kept up to date."""

    sealed_secrets: SealedSecrets = SealedSecrets()
    """Secrets encrypted for this cluster, so that they can lie in Git."""

    consul: Consul = Consul()
    """Keeps for Vault what Vault knows, where Vault does not do that itself."""

    vault: Vault = Vault()
    """Secrets with a log of who has read them, and users of databases that live for an hour."""

    vault_configuration: VaultConfiguration = VaultConfiguration()
    """What Vault is for, held to what the stack says: roles, policies, databases, stores of secrets."""

    vault_snapshots: VaultSnapshots = VaultSnapshots()
    """Copies all that Vault keeps to a bucket, every hour."""

    cluster_autoscaler: ClusterAutoscaler = ClusterAutoscaler()
    """More nodes where pods wait for room, fewer where nodes are idle; spot groups first."""

    kube_prometheus_stack: KubePrometheusStack = KubePrometheusStack()
    """Prometheus, Alertmanager and Grafana, with what they measure of nodes and objects."""

    loki: Loki = Loki()
    """Keeps every container's log lines in a bucket."""

    alloy: Shipper = Shipper()
    """Ships the log lines of every node to Loki."""

    promtail: Promtail = Promtail()
    """The former shipper to Loki, past its end of life; in place of Alloy, never beside it."""

    metallb: MetalLb = MetalLb()
    """Addresses for Services of type LoadBalancer where no cloud gives them."""

    snapshot_controller: ExistingOnly = ExistingOnly()
    """Snapshots of volumes, for whoever asks for one; Velero does every night."""

    rook_ceph: ExistingOnly = ExistingOnly()
    """The operator that runs Ceph."""

    ceph_csi_drivers: ExistingOnly = ExistingOnly()
    """What mounts Ceph's volumes on every node."""

    rook_ceph_cluster: RookCephCluster = RookCephCluster()
    """Ceph: volumes, shared file systems and buckets on the storage nodes' own disks."""

    eck_operator: EckOperator = EckOperator()
    """Elasticsearch and Kibana, with the operator that runs them."""

    cloudnative_pg: OptIn = OptIn()
    """PostgreSQL databases that survive a node, backed up to the object store."""

    gateway_api: OptIn = OptIn()
    """The kinds of the Gateway API, which succeed Ingress."""

    kong: Kong = Kong()
    """The one way in on a cluster that exists already: rates, sizes, keys and tokens checked on the way."""

    ingress_nginx: IngressNginx = IngressNginx()
    """The former way in, retired in March 2026; in place of Kong, never beside it."""

    cloudflare_tunnel: CloudflareTunnel = CloudflareTunnel()
    """A way in through Cloudflare, opened from inside the cluster."""

    fluent_bit: FluentBit = FluentBit()
    """Ships the log lines of every node to CloudWatch Logs."""

    tempo: Tempo = Tempo()
    """Keeps traces in a bucket."""

    jaeger: Jaeger = Jaeger()
    """Keeps traces in Elasticsearch, to be searched; beside Tempo or in its place."""

    opentelemetry_collector: Collector = Collector()
    """Takes spans, counts and times them, and hands them to Tempo, to Jaeger, or to both."""

    opentelemetry_operator: Operator = Operator()
    """Instruments pods that ask for it by an annotation."""

    blackbox_exporter: BlackboxExporter = BlackboxExporter()
    """Asks the platform's pages as their users do."""

    prometheus_adapter: PrometheusAdapter = PrometheusAdapter()
    """Figures of Prometheus for autoscaling."""

    velero: Velero = Velero()
    """Backs the cluster's objects and volumes up, every night."""

    prometheus_snapshots: PrometheusSnapshots = PrometheusSnapshots()
    """Copies what Prometheus keeps to a bucket, every night."""

    sealed_secrets_keys: AwsOptIn = AwsOptIn()
    """Copies the keys of Sealed Secrets to Secrets Manager, also in the second region."""

    grafana_export: GrafanaExport = GrafanaExport()
    """Copies dashboards and alerts that people have made in Grafana to a bucket, every night."""

    argo_cd: ArgoCd = ArgoCd()
    """GitOps delivery of ``apps/``."""

    flux: OptIn = OptIn()
    """GitOps delivery of ``apps/`` by Flux, in place of Argo CD."""

    argo_rollouts: OptIn = OptIn()
    """Canary and blue-green rollouts, judged by metrics, in place of a Deployment's own."""

    falco: Falco = Falco()
    """Watches what containers do, and tells Alertmanager of what they should not."""

    trivy_operator: TrivyOperator = TrivyOperator()
    """Looks for known weaknesses in the images that run, and for mistakes in what runs them."""

    istio_base: OptIn = OptIn()
    """The kinds of Istio."""

    istiod: Istiod = Istiod()
    """A service mesh: mutual TLS between pods, with metrics and traces of their calls."""

    istio_gateway: OptIn = OptIn()
    """The way into the mesh, behind the platform's own ingress."""

    chaos_mesh: ChaosMesh = ChaosMesh()
    """Experiments that kill pods, delay networks or take a zone away, to see what holds."""

    kyverno: Kyverno = Kyverno()
    """Holds applications' pods to rules: who they run as, what they ask for, where images come from."""
