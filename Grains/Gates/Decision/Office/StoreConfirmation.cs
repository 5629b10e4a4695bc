using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Decision.Controls;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision.Office;

/// <summary>An operator's confirmation of the store.</summary>
internal sealed partial class StoreConfirmation(
    GateContext context,
    OperatorActs acts,
    IStoreIdentity identity,
    IPendingKills pendingKills,
    StoreDoubt doubt,
    GateTerm term,
    LeaseRenewal renewal,
    ControlState state,
    ControlsStore store,
    KillControl kills,
    GateDecision decision,
    GateSignal changed)
{
    private bool _confirming;

    public async Task<ControlAnswer> ConfirmAsync(string reason, TimeSpan sessionLifetime, Caller by)
    {
        if (await acts.CheckAsync(OperatorAct.Of("store.confirm", OperatorAct.System), by) is { } refusal) return state.Refused(refusal);
        if (doubt.Standing is not { } standing) return state.Answer(true, null, null);
        if (_confirming) return state.Answer(false, Codes.DataUnavailable, "Another confirmation is being written.");
        _confirming = true;
        while (renewal.Busy) await Task.Delay(TimeSpan.FromMilliseconds(20), context.Time);

        // Nobody else may write the row meanwhile.
        renewal.Busy = true;
        try
        {
            await identity.AcceptAsync();
            await context.Lease.ReadStateAsync();
            await ReadControlsAnewAsync(by);
            var details = ImmutableSortedDictionary<string, string>.Empty.Add("reason", reason).Add("evidence", standing.Message);
            var entry = await context.Grains.GetGrain<IAuditGrain>(0).Append(new(context.Time.GetUtcNow(), by.WithoutSignature(), "store.confirm", "system", "requested", details));
            var now = context.Time.GetUtcNow();
            if (!await context.Grains.GetGrain<IEndedSessionsGrain>(0).EndAll(now + sessionLifetime)) throw new StoreUnavailableException("The end of all sessions could not be written.");
            await doubt.WriteConfirmationAsync(entry.Sequence, now, term);
            decision.PublishControls(by);
            changed.Pulse();
            await ForgetActivationsAsync();
            LogConfirmed(context.Logger, by.TraceId);
            return state.Answer(true, null, null);
        }
        catch (Exception e)
        {
            ControlsStore.LogControlNotWritten(context.Logger, "confirmation of the store", e);
            return state.Answer(false, Codes.DataUnavailable, "The confirmation could not be written, so the store stays in doubt. Try again.");
        }
        finally
        {
            _confirming = renewal.Busy = false;
        }
    }

    /// <summary>Kills that this gate knows of stand, whatever the store says of them, and one that the store holds stands too.
    /// Of the fences the larger one counts.</summary>
    private async Task ReadControlsAnewAsync(Caller by)
    {
        await context.Controls.ReadStateAsync();
        var (row, now, register) = (context.Controls.State, context.Time.GetUtcNow(), state.Kills);
        var orders = register.Orders;
        foreach (var order in pendingKills.For(null).Where(o => !register.IsReleased(o.Id))) register.Take(order);
        if ((row.Kill.Engaged || row.Unsettled) && !register.Switch.Engaged) register.Take(new KillOrder(Guid.CreateVersion7(now), null, row.Kill.Reason ?? "", Caller.System(by.TraceId), now));
        register.Unsettle();
        if (register.Orders != orders) kills.Publish(by);
        state.ShowSwitch();
        state.Fence = EpochPolicy.Next(Math.Max(state.Fence, row.Fence), now);
        store.VersionKnown();
        KillRow? written = null;
        if (!await store.WriteAsync(() => (written = register.Row, state.Fence))) throw new StoreUnavailableException("The fence could not be written.");
        register.Written(written!);
        state.ShowSwitch();
    }

    /// <summary>Grains that read their state from the store before must read it again.</summary>
    private async Task ForgetActivationsAsync()
    {
        try
        {
            await context.Grains.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(3), context.Time);
        }
        catch (Exception e)
        {
            LogNotForgotten(context.Logger, e);
        }
    }

    [LoggerMessage(EventIds.StoreConfirmed, LogLevel.Warning, "An operator has confirmed the store, trace {ConfirmTraceId}.")]
    private static partial void LogConfirmed(ILogger logger, string confirmTraceId);

    [LoggerMessage(EventIds.StoreNotForgotten, LogLevel.Warning, "Grains keep what they read from the store before, until they write.")]
    private static partial void LogNotForgotten(ILogger logger, Exception exception);
}
