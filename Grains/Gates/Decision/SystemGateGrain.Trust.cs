using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Storage.Trust;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Whether the store is the one that nodes knew, and an operator's word that it is to be gone on with.</summary>
internal sealed partial class SystemGateGrain
{
    private readonly IStoreIdentity _identity;
    private bool _confirming;

    public async Task<ControlAnswer> ConfirmStore(string reason, TimeSpan sessionLifetime, Caller by)
    {
        if (await _acts.CheckAsync(OperatorAct.Of("store.confirm", OperatorAct.System), by) is { } refusal) return _state.Refused(refusal);
        if (_doubt.Standing is not { } standing) return _state.Answer(true, null, null);
        if (_confirming) return _state.Answer(false, Codes.DataUnavailable, "Another confirmation is being written.");
        _confirming = true;
        while (_renewing) await Task.Delay(TimeSpan.FromMilliseconds(20), _time);

        // Nobody else may write the row meanwhile.
        _renewing = true;
        try
        {
            await _identity.AcceptAsync();
            await _lease.ReadStateAsync();
            await ReadControlsAnewAsync(by);
            var details = ImmutableSortedDictionary<string, string>.Empty.Add("reason", reason).Add("evidence", standing.Message);
            var entry = await GrainFactory.GetGrain<IAuditGrain>(0).Append(new(_time.GetUtcNow(), by.WithoutSignature(), "store.confirm", "system", "requested", details));
            var now = _time.GetUtcNow();
            if (!await GrainFactory.GetGrain<IEndedSessionsGrain>(0).EndAll(now + sessionLifetime)) throw new StoreUnavailableException("The end of all sessions could not be written.");
            await _doubt.WriteConfirmationAsync(entry.Sequence, now, _term);
            PublishControls(by);
            _changed.Pulse();
            await ForgetActivationsAsync();
            LogConfirmed(_logger, by.TraceId);
            return _state.Answer(true, null, null);
        }
        catch (Exception e)
        {
            LogControlNotWritten(_logger, "confirmation of the store", e);
            return _state.Answer(false, Codes.DataUnavailable, "The confirmation could not be written, so the store stays in doubt. Try again.");
        }
        finally
        {
            _confirming = _renewing = false;
        }
    }

    /// <summary>Kills that this gate knows of stand, whatever the store says of them, and one that the store holds stands too.
    /// Of the fences the larger one counts.</summary>
    private async Task ReadControlsAnewAsync(Caller by)
    {
        await _controls.ReadStateAsync();
        var (row, now) = (_controls.State, _time.GetUtcNow());
        var orders = _state.Kills.Orders;
        foreach (var order in _pendingKills.For(null).Where(o => !_state.Kills.IsReleased(o.Id))) _state.Kills.Take(order);
        if ((row.Kill.Engaged || row.Unsettled) && !_state.Kills.Switch.Engaged) _state.Kills.Take(new KillOrder(Guid.CreateVersion7(now), null, row.Kill.Reason ?? "", Caller.System(by.TraceId), now));
        _state.Kills.Unsettle();
        if (_state.Kills.Orders != orders) PublishKill(by);
        _state.ShowSwitch();
        _state.Fence = EpochPolicy.Next(Math.Max(_state.Fence, row.Fence), now);
        _controlsUnknown = false;
        KillRow? written = null;
        if (!await WriteRowAsync(() => (written = _state.Kills.Row, _state.Fence))) throw new StoreUnavailableException("The fence could not be written.");
        _state.Kills.Written(written!);
        _state.ShowSwitch();
    }

    /// <summary>Grains that read their state from the store before must read it anew.</summary>
    private async Task ForgetActivationsAsync()
    {
        try
        {
            await GrainFactory.GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero).WaitAsync(TimeSpan.FromSeconds(3), _time);
        }
        catch (Exception e)
        {
            LogNotForgotten(_logger, e);
        }
    }

    [LoggerMessage(EventIds.StoreConfirmed, LogLevel.Warning, "An operator has confirmed the store, trace {ConfirmTraceId}.")]
    private static partial void LogConfirmed(ILogger logger, string confirmTraceId);

    [LoggerMessage(EventIds.StoreNotForgotten, LogLevel.Warning, "Grains keep what they read from the store before, until they write.")]
    private static partial void LogNotForgotten(ILogger logger, Exception exception);
}
