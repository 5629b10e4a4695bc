using System.Diagnostics.Metrics;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Grains.Gates.Node;

/// <summary>What this node would answer, on the meter <c>ControlPlane.Gates.Node</c>: The values are the node's own view, so that a node without
/// contact shows it.</summary>
internal sealed class NodeGateMetrics : IHostedService, IDisposable
{
    private readonly Meter _meter = new("ControlPlane.Gates.Node");
    private readonly NodeGate _gate;

    public NodeGateMetrics(NodeGate gate)
    {
        _gate = gate;
        _meter.CreateObservableGauge("controlplane.system.status", Status, null, "System status as this node knows it: 0 blocked, 1 degraded, 2 OK.");
        _meter.CreateObservableGauge("controlplane.gate.healthy", Gates, null, "1 for a gate that is True as this node knows it, else 0.");
        _meter.CreateObservableGauge("controlplane.gate.lease", () => _gate.Check().ValidForMs / 1000d, "s", "How long this node may still rely on what it knows.");
        _meter.CreateObservableGauge("controlplane.kill.engaged", () => Live() is { Kill.Engaged: false } ? 0 : 1, null, "0 when the system's kill switch is known to be released, else 1.");
        _meter.CreateObservableGauge("controlplane.provider.connected", Providers, null, "1 for an integration that is connected as this node knows it, else 0.");
        _meter.CreateObservableGauge("controlplane.runner.leases", () => _gate.LiveLeases(), "{lease}", "Runners' leases that this node knows to be live.");
        _meter.CreateObservableGauge("controlplane.runner.lost_holding", () => Live()?.Blockers.Count(b => b.Code == Codes.RunnerLost) ?? 0, "{runner}", "Lost runners whose bots hold positions, as this node knows it.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _meter.Dispose();

    private GateSnapshot? Live() => _gate.Read() is { IsLive: true } reading ? reading.Snapshot : null;

    private int Status() => (int)(Live()?.Status ?? SystemStatus.Blocked);

    private IEnumerable<Measurement<int>> Gates()
    {
        var live = Live();
        return GateNames.All.Select(gate => new Measurement<int>(
            live?.Gates.FirstOrDefault(g => g.Gate == gate) is { Healthy: true } ? 1 : 0, new KeyValuePair<string, object?>("gate", gate)));
    }

    // Providers come from the catalogue: as many labels as it has entries, and no more.
    private IEnumerable<Measurement<int>> Providers()
    {
        var live = Live();
        var known = _gate.Read().Snapshot?.Providers.Values ?? [];
        return known.Select(p => new Measurement<int>(live is not null && p.Connected ? 1 : 0, new KeyValuePair<string, object?>("provider", p.Provider)));
    }
}
