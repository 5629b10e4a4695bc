using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Node;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.SystemControl;

/// <summary>Puts the system's status together: the decision from the node's own snapshot, the counts of bots from the cluster.</summary>
internal sealed class SystemStatusReader(NodeGate gate, ClusterReads cluster, IOptions<ApiOptions> options, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>The status. With <see cref="SystemStatusAnswer.Code"/> set the cluster could not be reached.</summary>
    public async Task<SystemStatusAnswer> ReadAsync(string traceId)
    {
        var counts = await CountAsync();

        // Read last: a count that took its time must not age the decision.
        var reading = gate.Read();
        return Compose(reading, reading.ValidForMs, counts, time.GetUtcNow(), traceId);
    }

    /// <summary>The status of a reading and of counts that are at hand.</summary>
    /// <param name="validForMs">What is promised of the reading's time, no more than it has.</param>
    public SystemStatusAnswer Compose(NodeGateReading reading, long validForMs, BotCountsReading counts, DateTimeOffset now, string traceId)
    {
        var view = reading is { Snapshot: { } snapshot, ValidForMs: > 0 }
            ? GateView.Of(snapshot, validForMs, now)
            : GateView.Closed(reading, _startedAt, unreachable: counts.Failure == Codes.ControlPlaneUnreachable);
        return SystemStatusMapping.ToContract(view, counts, options.Value.Demo, now, traceId);
    }

    /// <summary>Counts the bots. Never fails: what could not be read says so.</summary>
    public async Task<BotCountsReading> CountAsync()
    {
        if (gate.Read().Snapshot?.StoreDoubt() is { } doubt) return new(Value: null, Codes.StoreReplaced, doubt.Since);
        try
        {
            return new(await cluster.BotCountsAsync(), Failure: null, time.GetUtcNow());
        }
        catch (Exception exception)
        {
            return new(Value: null, Failures.CodeOf(exception), time.GetUtcNow());
        }
    }
}
