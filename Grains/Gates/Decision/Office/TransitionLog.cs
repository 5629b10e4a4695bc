using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>The record of the gate's transitions: what opens is written before it is published, everything else behind it.</summary>
/// <param name="limit">How long a write that somebody waits for may take.</param>
internal sealed partial class TransitionLog(ITransitionStore store, TimeSpan limit, TimeProvider time, ILogger logger)
{
    /// <summary>Transitions that are not on disk yet are kept up to this number: in a long outage the oldest of equal subjects matter least.</summary>
    internal const int MaxUnwritten = 10_000;

    /// <summary>Oldest first.</summary>
    private readonly Queue<GateTransition> _unwritten = new();
    private bool _writing;
    private bool _toldThatTheyWait;

    /// <summary>Answers when the rows are on disk; throws when that is not known within the limit.</summary>
    public Task AppendAsync(ImmutableArray<GateTransition> rows) => store.AppendAsync(rows, CancellationToken.None).WaitAsync(limit, time);

    /// <summary>Writes the rows in order as soon as the store takes them, in the background.</summary>
    public void RecordLater(ImmutableArray<GateTransition> rows)
    {
        foreach (var row in rows)
        {
            if (_unwritten.Count >= MaxUnwritten) _unwritten.Dequeue();
            _unwritten.Enqueue(row);
        }

        WriteUnwritten();
    }

    /// <summary>Tries again to write what waits.</summary>
    public void WriteUnwritten()
    {
        if (_writing || _unwritten.Count == 0) return;
        _writing = true;
        _ = WriteUnwrittenAsync();
    }

    private async Task WriteUnwrittenAsync()
    {
        try
        {
            while (_unwritten.Count > 0)
            {
                var batch = _unwritten.Take(100).ToArray();
                await store.AppendAsync(batch, CancellationToken.None);
                for (var i = 0; i < batch.Length; i++) _unwritten.Dequeue();
                _toldThatTheyWait = false;
            }
        }
        catch (Exception e)
        {
            if (!_toldThatTheyWait) LogTransitionsWait(logger, _unwritten.Count, e);
            _toldThatTheyWait = true;
        }
        finally
        {
            _writing = false;
        }
    }

    [LoggerMessage(EventIds.SystemGateTransitionsWait, LogLevel.Warning, "{Count} transitions wait for the store.")]
    private static partial void LogTransitionsWait(ILogger logger, int count, Exception exception);
}
