using ControlPlane.Abstractions;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Hosting;
using ControlPlane.Api.Http;
using ControlPlane.Contracts;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.SystemControl;

/// <summary>Puts the system's status together: the decision from the node's own snapshot, the counts of bots from the cluster.</summary>
internal sealed class SystemStatusReader(INodeGate gate, ClusterReads cluster, IOptions<ApiOptions> options, TimeProvider time)
{
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();

    /// <summary>The status. With <see cref="SystemStatusAnswer.Code"/> set the cluster could not be reached.</summary>
    public async Task<SystemStatusAnswer> ReadAsync(string traceId)
    {
        var counts = await CountAsync();

        // Read last: a count that took its time must not age the decision.
        var reading = gate.Read();
        var now = time.GetUtcNow();
        var view = reading is { Snapshot: { } snapshot, ValidForMs: > 0 }
            ? GateView.Of(snapshot, reading.ValidForMs, now)
            : GateView.Closed(reading, _startedAt, unreachable: counts.Failure == Codes.ControlPlaneUnreachable);
        return SystemStatusMapping.ToContract(view, counts.Value, counts.Failure, options.Value.Demo, now, traceId);
    }

    private async Task<(BotCounts? Value, string? Failure)> CountAsync()
    {
        try
        {
            return (await cluster.BotCountsAsync(), null);
        }
        catch (Exception exception)
        {
            return (null, Failures.IsUnreachable(exception) ? Codes.ControlPlaneUnreachable : Codes.DataUnavailable);
        }
    }
}
