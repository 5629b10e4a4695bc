using ControlPlane.Grains.Gates.Decision.Controls;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>Renews the gate's lease of the store, and writes its presence beside it.</summary>
internal sealed partial class LeaseRenewal(
    GateContext context, ITransitionStore store, GateTerm term, StoreDoubt doubt, GateDecision decision, TransitionLog transitions, GateOffice office, KillControl kills)
{
    private bool _markingPresence;
    private GatePresence? _presence;

    /// <summary>True while a write of the row is in flight: it excludes others.</summary>
    public bool Busy { get; set; }

    /// <summary>Renews, and tries again what the store has not taken yet.</summary>
    public async Task RenewOnTimeAsync()
    {
        if (Busy) return;
        Busy = true;
        try
        {
            await RenewAsync();
            transitions.WriteUnwritten();
            _ = kills.WriteIfNeededAsync();
        }
        catch (InconsistentStateException)
        {
            office.Leave();
        }
        catch (Exception e)
        {
            LogRenewFailed(context.Logger, e);
            decision.EvaluateNow();
        }
        finally
        {
            Busy = false;
        }
    }

    /// <summary>Writes the lease row. It counts from the moment before the write began.</summary>
    public async Task RenewAsync()
    {
        var (row, startedAt) = (context.Lease.State, context.Time.GetTimestamp());
        row.Renewals++;
        var now = row.RenewedAt = context.Time.GetUtcNow();
        doubt.MarkRow(now);
        await context.Lease.WriteStateAsync();
        doubt.MarkWritten();

        // After a lapse a new interval of presence begins: the time in between is not covered.
        var until = now + context.Options.Lease;
        _presence = _presence is { } before && term.Left > TimeSpan.Zero ? before with { Until = until } : new(context.Lease.State.Epoch, now, until);
        term.Renewed(startedAt);
        decision.StoreTakes();
        if (!_markingPresence) _ = MarkPresenceAsync(_presence);
    }

    /// <summary>Writes the presence in parallel to the renewal. Only the history needs it, so nothing waits for it.</summary>
    private async Task MarkPresenceAsync(GatePresence presence)
    {
        _markingPresence = true;
        try
        {
            await store.MarkPresenceAsync(presence, CancellationToken.None);
        }
        catch (Exception e)
        {
            LogPresenceNotWritten(context.Logger, e);
        }
        finally
        {
            _markingPresence = false;
        }
    }

    [LoggerMessage(EventIds.SystemGateRenewFailed, LogLevel.Warning, "The gate's lease could not be renewed.")]
    private static partial void LogRenewFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.SystemGatePresenceNotWritten, LogLevel.Warning, "The gate's presence could not be written; history will not know what stood.")]
    private static partial void LogPresenceNotWritten(ILogger logger, Exception exception);
}
