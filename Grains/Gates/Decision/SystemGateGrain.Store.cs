using System.Collections.Immutable;
using ControlPlane.Abstractions;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>The store: renewing the lease, and writing transitions behind what was published.</summary>
internal sealed partial class SystemGateGrain
{
    /// <summary>Transitions that are not on disk yet, oldest first. Bounded: in a long outage the oldest of equal subjects matter least.</summary>
    private const int MaxUnwritten = 10_000;
    private readonly Queue<GateTransition> _unwritten = new();
    private long _renewedAt;
    private bool _renewing;
    private bool _writing;
    private bool _toldThatTheyWait;
    private bool _markingPresence;
    private GatePresence? _presence;
    private DateTimeOffset? _storeLostSince;

    /// <summary>True once a later gate's row was seen.</summary>
    private bool _shutOut;

    private TimeSpan StoreLeaseLeft => _options.Lease - _time.GetElapsedTime(_renewedAt);

    /// <summary>Without its lease of the store another gate may have taken over on a silo that hears nothing of this one: then nobody may be told that
    /// all nodes know. Every active silo that follows this gate proves that there is no other.</summary>
    private void MustBeInOffice(GatePosition position)
    {
        if (_shutOut || (StoreLeaseLeft <= TimeSpan.Zero && _nodes.Silos(position) < _hosts.Total)) throw new TimeoutException("This gate can't tell whether it is still the one that nodes follow.");
    }

    private Reason? StoreLost()
    {
        if (StoreLeaseLeft > TimeSpan.Zero)
        {
            _storeLostSince = null;
            return null;
        }

        _storeLostSince ??= _time.GetUtcNow();
        return new(
            Codes.DataUnavailable,
            Severity.Blocked,
            "The store does not take the gate's renewals.",
            "Check the data directory or the database: free space, permissions, reachability. The gate comes back by itself.",
            _storeLostSince.Value);
    }

    private async Task RenewOnTimeAsync(CancellationToken cancellationToken)
    {
        if (_renewing) return;
        _renewing = true;
        try
        {
            await RenewLeaseAsync();
            WriteUnwritten();
            _ = WriteControlsIfNeededAsync();
        }
        catch (InconsistentStateException)
        {
            ShutOut();
        }
        catch (Exception e)
        {
            LogRenewFailed(_logger, e);
            EvaluateNow();
        }
        finally
        {
            _renewing = false;
        }
    }

    /// <summary>Another activation has taken over, or a write's outcome is unknown: this one may not go on.</summary>
    private void ShutOut()
    {
        LogShutOut(_logger, _lease.State.Epoch);
        _shutOut = true;
        PulseAcknowledgements();
        _renewedAt = _time.GetTimestamp() - (long)(_options.Lease.TotalSeconds * _time.TimestampFrequency) - 1;
        EvaluateNow();
        DeactivateOnIdle();
    }

    /// <summary>Writes the lease row. It counts from the moment before the write began.</summary>
    private async Task RenewLeaseAsync()
    {
        var startedAt = _time.GetTimestamp();
        _lease.State.Renewals++;
        var now = _lease.State.RenewedAt = _time.GetUtcNow();
        MarkRow(now);
        await _lease.WriteStateAsync();
        _writtenMark = _lease.State.Mark;

        // After a lapse a new stretch of presence begins: nobody vouches for the time in between.
        _presence = _presence is { } before && StoreLeaseLeft > TimeSpan.Zero ? before with { Until = now + _options.Lease } : new(_lease.State.Epoch, now, now + _options.Lease);
        _renewedAt = startedAt;
        _openingBarred = false;
        if (!_markingPresence) _ = MarkPresenceAsync(_presence);
    }

    /// <summary>Writes the presence beside the renewal: history alone needs it, so it holds up nothing.</summary>
    private async Task MarkPresenceAsync(GatePresence presence)
    {
        _markingPresence = true;
        try
        {
            await _transitions.MarkPresenceAsync(presence, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogPresenceNotWritten(_logger, e);
        }
        finally
        {
            _markingPresence = false;
        }
    }

    private void RecordLater(ImmutableArray<GateTransition> rows)
    {
        foreach (var row in rows)
        {
            if (_unwritten.Count >= MaxUnwritten) _unwritten.Dequeue();
            _unwritten.Enqueue(row);
        }

        WriteUnwritten();
    }

    private void WriteUnwritten()
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
                await _transitions.AppendAsync(batch, CancellationToken.None);
                for (var i = 0; i < batch.Length; i++) _unwritten.Dequeue();
                _toldThatTheyWait = false;
            }
        }
        catch (Exception e)
        {
            if (!_toldThatTheyWait) LogTransitionsWait(_logger, _unwritten.Count, e);
            _toldThatTheyWait = true;
        }
        finally
        {
            _writing = false;
        }
    }

    [LoggerMessage(EventIds.SystemGateRenewFailed, LogLevel.Warning, "The gate's lease could not be renewed.")]
    private static partial void LogRenewFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.SystemGateShutOut, LogLevel.Error, "Another activation of the gate has taken over from epoch {Epoch}; this one closes and ends.")]
    private static partial void LogShutOut(ILogger logger, long epoch);

    [LoggerMessage(EventIds.SystemGateTransitionsWait, LogLevel.Warning, "{Count} transitions wait for the store.")]
    private static partial void LogTransitionsWait(ILogger logger, int count, Exception exception);

    [LoggerMessage(EventIds.SystemGatePresenceNotWritten, LogLevel.Warning, "The gate's presence could not be written; history will not know what stood.")]
    private static partial void LogPresenceNotWritten(ILogger logger, Exception exception);
}
