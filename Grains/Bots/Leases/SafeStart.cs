using ControlPlane.Abstractions;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Policy;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Gates.Policy;

namespace ControlPlane.Grains.Bots.Leases;

/// <summary>Grants a lease under a new epoch, or names everything that denies it.</summary>
internal sealed class SafeStart(
    BotContext bot, RunnerLease lease, BotKillSwitch kill, RunnerCondition runner, StartEvaluator evaluator, LeaseEnd ends, BotHistory history, BotReporter reporter)
{
    public async Task<StartAnswer> StartAsync(RunnerStart start, Caller by)
    {
        if (bot.State.Spec is not { } spec) return new StartAnswer { Code = Codes.UnknownBot };
        var asked = start.Mode ?? spec.Mode;
        var gate = bot.Gate();
        var readiness = await evaluator.ReadinessAsync(start, asked, gate);
        if (lease.HeldByAnother(start.RunnerId)) readiness = StartPolicy.WithHeldLease(readiness, bot.Id, bot.Time.GetUtcNow());
        var answer = StartPolicy.Put(new() { Epoch = bot.State.LeaseEpoch, ReduceOnly = start.ReduceOnly }, readiness, gate);
        if (readiness.Status == SystemStatus.Blocked || readiness.Blockers.Any(b => b.Severity == Severity.Blocked))
        {
            var code = StartPolicy.Code(readiness);
            BotLog.LogDenied(bot.Logger, bot.Id, code, by.TraceId);
            return answer with { Code = code };
        }

        if (runner.Wait(start) is { } wait)
        {
            BotLog.LogPaced(bot.Logger, bot.Id, wait, by.TraceId);
            return answer with { Code = Codes.RunnerRestarting, RetryAfterSeconds = wait };
        }

        var grantedAt = bot.Time.GetTimestamp();
        var (underLease, was) = (lease.IsLive && bot.State.RunnerId == start.RunnerId, lease.Current);
        var grant = new LeaseGrant(gate.Snapshot!.Fence, asked, start.ReduceOnly);
        var written = await bot.TryWriteAsync(s => lease.PutGrant(s, start.RunnerId, grant));

        // Written or not, a kill that came while the disk was busy wins.
        if (!written) return answer with { Code = Codes.DataUnavailable };
        if (kill.Engaged) return answer with { Code = Codes.KillSwitchEngaged, Blockers = [BlockerPolicy.Kill(kill.Switch, "bot", bot.Id)] };

        lease.Begin(grant, grantedAt);
        runner.Started(start, underLease);
        if (was is RunnerState.Lost or RunnerState.StartTimedOut) history.RecordRunner(was, RunnerState.Starting, "Started", "A runner was started again.", by);
        await reporter.PublishAsync();
        if (await OvertakenAsync(answer, start, asked) is { } overtaken) return overtaken;
        BotLog.LogGranted(bot.Logger, bot.Id, bot.State.LeaseEpoch, by.TraceId);
        return answer with { Granted = true, Code = null, Epoch = bot.State.LeaseEpoch, Lease = bot.Limits.Runners.Terms };
    }

    /// <summary>A change during the write wins: a kill is answered once this node has acknowledged it.</summary>
    private async Task<StartAnswer?> OvertakenAsync(StartAnswer answer, RunnerStart start, TradingMode asked)
    {
        var gate = bot.Gate();
        var readiness = await evaluator.ReadinessAsync(start, asked, gate);
        var fenced = !gate.IsLive || lease.IsFencedBy(gate);
        if (readiness.Status != SystemStatus.Blocked && !fenced) return null;
        await ends.EndAsync(RunnerState.Stopped);
        var code = StartPolicy.Code(readiness);
        BotLog.LogDenied(bot.Logger, bot.Id, code, "");
        return StartPolicy.Put(answer with { Code = code }, readiness, gate);
    }
}
