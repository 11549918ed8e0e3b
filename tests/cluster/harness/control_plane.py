"""The control plane: etcd, API server, controller manager and scheduler, all on loopback."""

from pathlib import Path

from tests.cluster.harness.access import Access, open_kubeconfig, write_kubeconfig
from tests.cluster.harness.api import Api, RefusedError
from tests.cluster.harness.certificates import Authority, authority
from tests.cluster.harness.processes import Servers, listens, wait_until

ETCD, PEERS, API = 12379, 12380, 16443
MANAGER, SCHEDULER = 10257, 10259


SERVERS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


def start(servers: Servers, folder: Path) -> Access:
    """Start a control plane with nothing in it; the folder takes its data and must be empty."""
    if busy := [port for port in (ETCD, PEERS, API, MANAGER, SCHEDULER) if listens(port)]:
        raise RuntimeError(f"ports {busy} are in use: does another cluster-test run in this network?")
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    signer = authority(keys)
    admin = write_kubeconfig(signer, "admin", "admin", ("system:masters",))
    _etcd(servers, folder)
    _api_server(servers, signer)
    access = open_kubeconfig(admin)
    api = Api(access)
    wait_until(lambda: _ready(api), 60, lambda: servers.running["kube-apiserver"].tail(), 0.1)
    _manager(servers, signer)
    _scheduler(servers, signer)
    return access


def _ready(api: Api) -> bool:
    try:
        api.request("GET", "/api/v1/namespaces/kube-system")
    except RefusedError:
        return False
    return True


def _etcd(servers: Servers, folder: Path) -> None:
    client, peers = f"http://127.0.0.1:{ETCD}", f"http://127.0.0.1:{PEERS}"
    urls = [f"--listen-client-urls={client}", f"--advertise-client-urls={client}"]
    urls += [
        f"--listen-peer-urls={peers}",
        f"--initial-advertise-peer-urls={peers}",
        f"--initial-cluster=default={peers}",
    ]
    options = ["--unsafe-no-fsync", "--log-level=warn", f"--data-dir={folder / 'etcd'}"]
    servers.start("etcd", ["etcd", *urls, *options]).await_port(ETCD)


def _api_server(servers: Servers, signer: Authority) -> None:
    server, front = signer.server("kube-apiserver"), signer.client("front-proxy", "front-proxy")
    accounts = signer.folder / "accounts.key"
    command = [
        "kube-apiserver",
        f"--etcd-servers=http://127.0.0.1:{ETCD}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--secure-port={API}",
        f"--tls-cert-file={server.file}",
        f"--tls-private-key-file={server.key}",
        f"--client-ca-file={signer.certificate}",
        f"--service-account-key-file={accounts.with_suffix('.crt')}",
        f"--service-account-signing-key-file={accounts}",
        "--service-account-issuer=https://kubernetes.default.svc",
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        "--authorization-mode=RBAC",
        "--anonymous-auth=false",
        "--endpoint-reconciler-type=none",
        "--enable-priority-and-fairness=false",
        f"--requestheader-client-ca-file={signer.certificate}",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-username-headers=X-Remote-User",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        f"--proxy-client-cert-file={front.file}",
        f"--proxy-client-key-file={front.key}",
    ]
    servers.start("kube-apiserver", command).await_port(API)


def _manager(servers: Servers, signer: Authority) -> None:
    """Start the controllers, without the one that scales by metrics, which nobody measures here."""
    config = write_kubeconfig(signer, "controller-manager", "system:kube-controller-manager")
    command = [
        "kube-controller-manager",
        f"--kubeconfig={config}",
        "--bind-address=127.0.0.1",
        f"--secure-port={MANAGER}",
        "--leader-elect=false",
        "--use-service-account-credentials",
        f"--service-account-private-key-file={signer.folder / 'accounts.key'}",
        f"--root-ca-file={signer.certificate}",
        "--controllers=*,-horizontal-pod-autoscaler-controller",
        "--concurrent-deployment-syncs=20",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]
    servers.start("kube-controller-manager", command).await_port(MANAGER)


def _scheduler(servers: Servers, signer: Authority) -> None:
    config = write_kubeconfig(signer, "scheduler", "system:kube-scheduler")
    command = ["kube-scheduler", f"--kubeconfig={config}", "--bind-address=127.0.0.1", "--leader-elect=false"]
    servers.start("kube-scheduler", [*command, f"--secure-port={SCHEDULER}"]).await_port(SCHEDULER)
