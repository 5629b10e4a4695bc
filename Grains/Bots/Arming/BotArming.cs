using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Kills;

namespace ControlPlane.Grains.Bots.Arming;

/// <summary>Arms LIVE of one bot once that is written, and disarms it before.</summary>
internal sealed class BotArming(BotContext bot, LiveState live, BotKillSwitch kill, BotHistory history, BotStatus standing, BotReporter reporter)
{
    private const string Armed = "armed";
    private const string Disarmed = "disarmed";

    public Task<BotAnswer> ArmAsync(TimeSpan duration, string reason, Caller by)
    {
        // Counted from here: a disarm or a kill during the audit write comes after this arming.
        var mark = live.Mark();
        var act = OperatorAct.Of("live.arm", OperatorAct.Bot(bot.Id), ("reason", reason), ("minutes", $"{duration.TotalMinutes:0.##}"));
        return bot.Services.Acts.RunAsync(act, by, () => ArmAsync(duration, reason, by, mark), static a => a.Code, BotAnswers.Refused);
    }

    /// <summary>Takes effect first and is written after: what tightens does not wait for a disk.</summary>
    public async Task<BotAnswer> DisarmAsync(string reason, Caller by)
    {
        if (bot.State.Spec is null) return BotAnswers.UnknownBot();
        var was = live.Trading.Armed;
        live.Disarm();
        var position = await reporter.PublishToGateAsync();
        var nodes = await reporter.AcknowledgedAsync(position);
        await reporter.PublishToDirectoryAsync();
        if (was) await TryWriteAsync(was, armed: false, reason, by);

        // Without the gate's answer nodes may still have the arming. The caller must ask again.
        if (nodes is null) throw new TimeoutException();
        return BotAnswers.Done(standing.View());
    }

    private async Task<BotAnswer> ArmAsync(TimeSpan duration, string reason, Caller by, ArmingMark mark)
    {
        if (bot.State.Spec is not { } spec) return BotAnswers.UnknownBot();
        if (spec.Mode != TradingMode.Live) return new(Codes.InvalidRequest, "This bot is registered for paper; register it with mode live first.", null);
        var longest = bot.Limits.Runners.MaxLiveMinutes;
        if (duration <= TimeSpan.Zero || duration > TimeSpan.FromMinutes(longest)) return new(Codes.InvalidRequest, $"LIVE can be armed for 1 to {longest} minutes.", null);
        if (kill.Engaged || live.KilledBySystem) return new(Codes.KillSwitchEngaged, "A kill switch is engaged; LIVE can be armed once it is released.", null);
        var configuration = live.Configuration;
        if (!await TryWriteAsync(live.Trading.Armed, armed: true, $"{reason} (configuration {configuration[..12]})", by)) return BotAnswers.Unwritten();
        if (!live.Holds(mark, configuration))
        {
            return new(Codes.LiveNotArmed, "The bot's configuration changed, or somebody disarmed it or engaged a kill switch, while the arming was being written.", null);
        }

        live.Arm(configuration, mark, duration, by.Name);
        await reporter.PublishAsync();
        return BotAnswers.Done(standing.View());
    }

    private async Task<bool> TryWriteAsync(bool was, bool armed, string reason, Caller by)
    {
        var row = history.Row("live_trading", Word(was), Word(armed), armed ? "Armed" : "Disarmed", reason, by);
        try
        {
            await history.WriteAsync(row);
            return true;
        }
        catch (Exception e)
        {
            BotLog.LogLiveNotWritten(bot.Logger, bot.Id, Word(armed), e);
            return false;
        }
    }

    private static string Word(bool armed) => armed ? Armed : Disarmed;
}
