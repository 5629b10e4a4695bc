using ControlPlane.Benchmarks.Alerts;
using ControlPlane.Benchmarks.Bots;
using ControlPlane.Benchmarks.Failover;
using ControlPlane.Benchmarks.Gates;
using ControlPlane.Benchmarks.Gateway;
using ControlPlane.Benchmarks.Http;
using ControlPlane.Benchmarks.Hub;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Benchmarks.Schema;

namespace ControlPlane.Benchmarks;

/// <summary>All modes, in the order of the help text.</summary>
internal static class Modes
{
    public static IReadOnlyList<IBenchmarkMode> All { get; } =
    [
        new GateLocalMode(),
        new GateGrainMode(),
        new GateRestMode(),
        new StatusRestMode(),
        new GatewayMode(),
        new AlertsMode(),
        new IngestHttpMode(),
        new IngestGrainMode(),
        new IngestOneMode(),
        new IngestEmbeddedMode(),
        new SchemaMode(),
        new PushMode(),
        new KillMode(100),
        new KillMode(1_000),
        new BotsMode(),
        new HeartbeatMode(),
        FailoverMode.KillGate,
        FailoverMode.KillOther,
        FailoverMode.Freeze,
    ];
}
