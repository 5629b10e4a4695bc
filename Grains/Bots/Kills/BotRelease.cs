using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Gates.Kills;
using ControlPlane.Grains.Kills;

namespace ControlPlane.Grains.Bots.Kills;

/// <summary>Releases the bot's kill switch, once that is on disk. A kill that comes meanwhile wins, and so does one whose release has an unknown outcome.</summary>
internal sealed class BotRelease(
    BotContext bot, BotKillSwitch kill, BotKill kills, KillWrites writes, RunnerLease lease, BotHistory history, BotStatus standing, BotReporter reporter)
{
    public Task<BotAnswer> ReleaseAsync(string reason, Caller by)
    {
        // Counted from here: a kill that comes while the audit entry is being written was asked for after this release.
        var orders = kill.Orders;
        var act = OperatorAct.Of("kill.release", OperatorAct.Bot(bot.Id), ("reason", reason));
        return bot.Services.Acts.RunAsync(act, by, () => ReleaseAsync(reason, by, orders), static a => a.Code, BotAnswers.Refused);
    }

    private async Task<BotAnswer> ReleaseAsync(string reason, Caller by, long orders)
    {
        if (bot.State.Spec is null) return BotAnswers.UnknownBot();
        if (!kill.Engaged) return BotAnswers.Done(standing.View());
        if (kill.Orders != orders) return new(Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.", null);
        var (row, givenUp) = (kill.BeginRelease(), false);
        var written = await TryWithinAsync(bot.TryWriteAsync(s =>
        {
            if (givenUp) return;
            kill.PutRelease(row, s);

            // A lease from before the release is void: its runner starts again.
            lease.PutEndWithRelease(s);
        }));
        kill.EndRelease();
        givenUp = true;
        if (written && kill.Orders == orders)
        {
            kill.Release(row);
            history.RecordKill(engaged: false, "Released", reason, by);
            lease.EndWithRelease();
            writes.RetryUntilWritten();
            await reporter.PublishAsync();
            return BotAnswers.Done(standing.View());
        }

        // Whatever has become of the write, the kill wins and is written again. Nodes keep it under an id that no row says is released.
        var again = kill.Orders == orders;
        if (again) kills.Take(new KillOrder(KillRegister.AgainId(row.Released), bot.Id, kill.Switch.Reason ?? "", Caller.System(by.TraceId), bot.Time.GetUtcNow()));
        await reporter.PublishToGateAsync();
        if (!await TryWithinAsync(writes.WriteAsync())) writes.RetryUntilWritten();
        return again
            ? new(Codes.DataUnavailable, "Whether the release was written is not known, so the kill switch is engaged again.", null)
            : new(Codes.KillSwitchEngaged, "The kill switch was engaged again meanwhile.", null);
    }

    private async Task<bool> TryWithinAsync(Task<bool> write)
    {
        try
        {
            return await write.WaitAsync(bot.Limits.Write, bot.Time);
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}
