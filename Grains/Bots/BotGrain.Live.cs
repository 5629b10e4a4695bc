using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Policy;

namespace ControlPlane.Grains.Bots;

/// <summary>LIVE of one bot: written before it is armed, bound to the configuration it was armed for, gone with the activation.</summary>
internal sealed partial class BotGrain
{
    private readonly LiveArming _arming;
    private (BotSpec Spec, string Hash)? _hashed;

    // A bot that was never armed, which is almost every one, needs no hash.
    private LiveTrading Live => _arming.MayHold ? _arming.For(Configuration, Fence) : LiveTrading.Disarmed;

    private TimeSpan LiveLeft => _arming.MayHold ? _arming.Left(Configuration, Fence) : TimeSpan.Zero;

    /// <summary>The gate's fence as this node knows it, however old; none while the system is killed, which ends every arming.</summary>
    private long Fence => _gate.Read().Snapshot is not { } system ? 0 : system.Kill.Engaged ? -1 : system.Fence;

    private string Configuration
    {
        get
        {
            if (_hashed is { } known && ReferenceEquals(known.Spec, State.Spec)) return known.Hash;
            var hash = ConfigurationHash.Of(State.Spec!, _risk.For(State.Spec!.RiskLimits));
            _hashed = (State.Spec, hash);
            return hash;
        }
    }

    public Task<BotAnswer> ArmLive(TimeSpan duration, string reason, Caller by)
    {
        // Counted from here: whoever disarms or kills while the audit entry is being written did so after this arming.
        var (disarmings, fence) = (_arming.Disarmings, Fence);
        var act = OperatorAct.Of("live.arm", OperatorAct.Bot(Id), ("reason", reason), ("minutes", $"{duration.TotalMinutes:0.##}"));
        return _acts.RunAsync(act, by, () => ArmLiveAsync(duration, reason, by, disarmings, fence), static a => a.Code, BotAnswers.Refused);
    }

    private async Task<BotAnswer> ArmLiveAsync(TimeSpan duration, string reason, Caller by, long disarmings, long fence)
    {
        if (State.Spec is null) return BotAnswers.UnknownBot();
        if (State.Spec.Mode != TradingMode.Live) return new(Codes.InvalidRequest, "This bot is registered for paper; register it with mode live first.", null);
        if (duration <= TimeSpan.Zero || duration > TimeSpan.FromMinutes(_options.MaxLiveMinutes))
        {
            return new(Codes.InvalidRequest, $"LIVE can be armed for 1 to {_options.MaxLiveMinutes} minutes.", null);
        }

        if (_kill.Engaged || _gate.Read().Snapshot is { Kill.Engaged: true }) return new(Codes.KillSwitchEngaged, "A kill switch is engaged; LIVE can be armed once it is released.", null);
        var configuration = Configuration;
        if (!await TryWriteLiveAsync(Live.Armed, armed: true, $"{reason} (configuration {configuration[..12]})", by)) return BotAnswers.Unwritten();
        if (configuration != Configuration || disarmings != _arming.Disarmings || fence != Fence || _gate.Read().Snapshot is { Kill.Engaged: true })
        {
            return new(Codes.LiveNotArmed, "The bot's configuration changed, or somebody disarmed it or engaged a kill switch, while the arming was being written.", null);
        }

        _arming.Arm(configuration, fence, duration, by.Name);
        await TellGateAsync();
        await TellDirectoryAsync();
        return new(null, null, View());
    }

    /// <summary>Takes effect first and is written after: what tightens does not wait for a disk.</summary>
    public async Task<BotAnswer> DisarmLive(string reason, Caller by)
    {
        if (State.Spec is null) return BotAnswers.UnknownBot();
        var was = Live.Armed;
        _arming.Disarm();
        var position = await TellGateAsync();
        var nodes = await AcknowledgedAsync(position);
        await TellDirectoryAsync();
        if (was) await TryWriteLiveAsync(was, armed: false, reason, by);

        // Without the gate's word nodes may still hold the arming: whoever asked must ask again.
        if (nodes is null) throw new TimeoutException();
        return new(null, null, View());
    }

    private async Task<bool> TryWriteLiveAsync(bool was, bool armed, string reason, Caller by)
    {
        static string Word(bool armed) => armed ? "armed" : "disarmed";
        var row = History.Row("live_trading", Word(was), Word(armed), armed ? "Armed" : "Disarmed", reason, by);
        try
        {
            await History.WriteAsync(row);
            return true;
        }
        catch (Exception e)
        {
            BotLog.LogLiveNotWritten(_logger, Id, Word(armed), e);
            return false;
        }
    }
}
