using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>The kill's rehearsal: the decision as it is goes out under a new version, on the way that a kill takes.</summary>
internal sealed partial class SystemGateGrain
{
    /// <summary>Longest wait for runners' heartbeats.</summary>
    private static readonly TimeSpan s_longestDrill = TimeSpan.FromSeconds(60);

    public async Task<KillDrill> Drill(Caller by)
    {
        var (at, startedAt) = (_time.GetUtcNow(), _time.GetTimestamp());
        PublishControls(by);
        var position = Position;
        var write = RehearseWriteAsync();
        var nodes = new SortedDictionary<string, double?>(StringComparer.Ordinal);
        var runners = new SortedDictionary<(string Bot, string Runner), double?>();
        var patience = _runnerRenewal + TimeSpan.FromSeconds(1) < s_longestDrill ? _runnerRenewal + TimeSpan.FromSeconds(1) : s_longestDrill;
        while (true)
        {
            var signal = _acknowledged.Next;
            var elapsed = _time.GetElapsedTime(startedAt);
            foreach (var (node, acknowledged) in _nodes.Live(position)) Note(nodes, node, acknowledged, elapsed);
            foreach (var (bot, runner, heard) in _bots.LiveRunners(position)) Note(runners, (bot, runner), heard, elapsed);
            var left = _nodes.Acknowledged(position).Wait;
            if (runners.Any(r => r.Value is null) && patience - elapsed > left) left = patience - elapsed;
            if (left <= TimeSpan.Zero) break;
            await Task.WhenAny(signal, Task.Delay(left, _time));
        }

        var took = _time.GetElapsedTime(startedAt);
        var drill = new KillDrill(
            at,
            by.Name,
            (long)took.TotalMilliseconds,
            await write,
            [.. nodes.Select(n => new DrilledNode(n.Key, n.Value))],
            [.. runners.Select(r => new DrilledRunner(r.Key.Bot, r.Key.Runner, r.Value))],
            by.TraceId,
            Recorded: true);
        _transitionLog.RecordLater([new GateTransition(at, position.Epoch, position.Version, "kill_drill", "", "done", "Drill", Summary(drill), by.Name, by.TraceId, null)]);
        return drill with { Recorded = await TryRecordAsync(drill) };
    }

    private static void Note<TKey>(SortedDictionary<TKey, double?> times, TKey who, bool heard, TimeSpan elapsed)
        where TKey : notnull
    {
        if (times.GetValueOrDefault(who) is null) times[who] = heard ? elapsed.TotalMilliseconds : null;
    }

    /// <summary>Writes the kill switch as it is: the write that a kill makes, and nothing changes by it.</summary>
    private async Task<double?> RehearseWriteAsync()
    {
        var startedAt = _time.GetTimestamp();
        try
        {
            await WriteUnchangedControlsAsync().WaitAsync(_options.Lease, _time);
            return _time.GetElapsedTime(startedAt).TotalMilliseconds;
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, "drill", e);
            return null;
        }
    }

    private async Task WriteUnchangedControlsAsync()
    {
        await _writingControls.WaitAsync();
        try
        {
            if (_controlsUnknown) throw new Orleans.Storage.InconsistentStateException("The outcome of a write is not known.");
            await _controls.WriteStateAsync();
        }
        catch
        {
            _controlsUnknown = true;
            throw;
        }
        finally
        {
            _writingControls.Release();
        }
    }

    private async Task<bool> TryRecordAsync(KillDrill drill)
    {
        try
        {
            await _drills.AppendAsync(drill, CancellationToken.None).WaitAsync(_options.Lease, _time);
            return true;
        }
        catch (Exception e)
        {
            LogDrillNotRecorded(_logger, e);
            return false;
        }
    }

    private static string Summary(KillDrill drill) =>
        $"Rehearsed in {drill.TookMs} ms: {drill.Nodes.Count(n => n.Ms is not null)} of {drill.Nodes.Length} nodes and " +
        $"{drill.Runners.Count(r => r.Ms is not null)} of {drill.Runners.Length} runners acknowledged.";

    [LoggerMessage(EventIds.SystemGateDrillNotRecorded, LogLevel.Warning, "A drill could not be recorded.")]
    private static partial void LogDrillNotRecorded(ILogger logger, Exception exception);
}
