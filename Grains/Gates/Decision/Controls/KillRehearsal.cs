using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Office;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision.Controls;

/// <summary>The kill's rehearsal: the decision as it is goes out under a new version, on the way that a kill takes.</summary>
/// <param name="runnerRenewal">Time between two heartbeats of a runner.</param>
internal sealed partial class KillRehearsal(
    GateContext context,
    IKillDrillStore drills,
    TimeSpan runnerRenewal,
    ControlsStore store,
    GateDecision decision,
    TransitionLog transitions,
    NodeLedger ledger,
    BotLedger bots,
    GateAcknowledgements acknowledgements)
{
    /// <summary>Longest wait for runners' heartbeats.</summary>
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(60);

    public async Task<KillDrill> RunAsync(Caller by)
    {
        var (at, startedAt) = (context.Time.GetUtcNow(), context.Time.GetTimestamp());
        decision.PublishControls(by);
        var position = decision.Position;
        var write = RehearseWriteAsync();
        var nodes = new SortedDictionary<string, double?>(StringComparer.Ordinal);
        var runners = new SortedDictionary<(string Bot, string Runner), double?>();
        var timeout = runnerRenewal + TimeSpan.FromSeconds(1) < s_longest ? runnerRenewal + TimeSpan.FromSeconds(1) : s_longest;
        while (true)
        {
            var signal = acknowledgements.Next;
            var elapsed = context.Time.GetElapsedTime(startedAt);
            foreach (var (node, acknowledged) in ledger.Live(position)) Note(nodes, node, acknowledged, elapsed);
            foreach (var (bot, runner, heard) in bots.LiveRunners(position)) Note(runners, (bot, runner), heard, elapsed);
            var left = ledger.Acknowledged(position).Wait;
            if (runners.Any(r => r.Value is null) && timeout - elapsed > left) left = timeout - elapsed;
            if (left <= TimeSpan.Zero) break;
            await Task.WhenAny(signal, Task.Delay(left, context.Time));
        }

        var took = context.Time.GetElapsedTime(startedAt);
        var drill = new KillDrill(
            at,
            by.Name,
            (long)took.TotalMilliseconds,
            await write,
            [.. nodes.Select(n => new DrilledNode(n.Key, n.Value))],
            [.. runners.Select(r => new DrilledRunner(r.Key.Bot, r.Key.Runner, r.Value))],
            by.TraceId,
            Recorded: true);
        transitions.RecordLater([new GateTransition(at, position.Epoch, position.Version, "kill_drill", "", "done", "Drill", Summary(drill), by.Name, by.TraceId, null)]);
        return drill with { Recorded = await TryRecordAsync(drill) };
    }

    private static void Note<TKey>(SortedDictionary<TKey, double?> times, TKey who, bool heard, TimeSpan elapsed)
        where TKey : notnull
    {
        if (times.GetValueOrDefault(who) is null) times[who] = heard ? elapsed.TotalMilliseconds : null;
    }

    /// <summary>How long the kill's own write takes, in milliseconds; null when it is not known to be done.</summary>
    private async Task<double?> RehearseWriteAsync()
    {
        var startedAt = context.Time.GetTimestamp();
        try
        {
            await store.WriteUnchangedAsync().WaitAsync(context.Options.Lease, context.Time);
            return context.Time.GetElapsedTime(startedAt).TotalMilliseconds;
        }
        catch (Exception e)
        {
            ControlsStore.LogControlNotWritten(context.Logger, "drill", e);
            return null;
        }
    }

    private async Task<bool> TryRecordAsync(KillDrill drill)
    {
        try
        {
            await drills.AppendAsync(drill, CancellationToken.None).WaitAsync(context.Options.Lease, context.Time);
            return true;
        }
        catch (Exception e)
        {
            LogDrillNotRecorded(context.Logger, e);
            return false;
        }
    }

    private static string Summary(KillDrill drill) =>
        $"Rehearsed in {drill.TookMs} ms: {drill.Nodes.Count(n => n.Ms is not null)} of {drill.Nodes.Length} nodes and " +
        $"{drill.Runners.Count(r => r.Ms is not null)} of {drill.Runners.Length} runners acknowledged.";

    [LoggerMessage(EventIds.SystemGateDrillNotRecorded, LogLevel.Warning, "A drill could not be recorded.")]
    private static partial void LogDrillNotRecorded(ILogger logger, Exception exception);
}
