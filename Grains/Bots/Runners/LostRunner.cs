using ControlPlane.Grains.Bots.Leases;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Keeps what is known of a lost runner's position true, and tells it anew.</summary>
internal sealed class LostRunner(BotContext bot, RunnerCondition runner, PositionHolding holding, BotReporter reporter)
{
    public async Task ReassertAsync()
    {
        if (bot.State.Spec is null) return;
        if (runner.Lost && !bot.State.LeaseHeld && await holding.MayHoldAsync() is var held && held != bot.State.LostHolding) await bot.TryWriteAsync(s => s.LostHolding = held);
        await reporter.TellAsync();
    }

    /// <summary>After what a lost runner's position may follow from.</summary>
    public void Recheck()
    {
        if (runner.Lost) ReassertAsync().Ignore();
    }
}
