using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>The store: renewing the lease.</summary>
internal sealed partial class SystemGateGrain
{
    private bool _renewing;
    private bool _markingPresence;
    private GatePresence? _presence;

    private async Task RenewOnTimeAsync(CancellationToken cancellationToken)
    {
        if (_renewing) return;
        _renewing = true;
        try
        {
            await RenewLeaseAsync();
            _transitionLog.WriteUnwritten();
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
        _term.ShutOut();
        _acknowledged.Pulse();
        _term.End();
        EvaluateNow();
        DeactivateOnIdle();
    }

    /// <summary>Writes the lease row. It counts from the moment before the write began.</summary>
    private async Task RenewLeaseAsync()
    {
        var startedAt = _time.GetTimestamp();
        _lease.State.Renewals++;
        var now = _lease.State.RenewedAt = _time.GetUtcNow();
        _doubt.MarkRow(now);
        await _lease.WriteStateAsync();
        _doubt.MarkWritten();

        // After a lapse a new stretch of presence begins: nobody vouches for the time in between.
        _presence = _presence is { } before && _term.Left > TimeSpan.Zero ? before with { Until = now + _options.Lease } : new(_lease.State.Epoch, now, now + _options.Lease);
        _term.Renewed(startedAt);
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

    [LoggerMessage(EventIds.SystemGateRenewFailed, LogLevel.Warning, "The gate's lease could not be renewed.")]
    private static partial void LogRenewFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.SystemGateShutOut, LogLevel.Error, "Another activation of the gate has taken over from epoch {Epoch}; this one closes and ends.")]
    private static partial void LogShutOut(ILogger logger, long epoch);

    [LoggerMessage(EventIds.SystemGatePresenceNotWritten, LogLevel.Warning, "The gate's presence could not be written; history will not know what stood.")]
    private static partial void LogPresenceNotWritten(ILogger logger, Exception exception);
}
