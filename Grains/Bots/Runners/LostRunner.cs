using ControlPlane.Grains.Bots.Leases;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Keeps the known position of a lost runner up to date, and reports it again.</summary>
internal sealed class LostRunner(BotContext bot, RunnerCondition runner, PositionHolding holding, BotReporter reporter)
{
    public async Task ReassertAsync()
    {
        if (bot.State.Spec is null) return;
        if (runner.Lost && !bot.State.LeaseHeld && await holding.MayHoldAsync() is var held && held != bot.State.LostHolding) await bot.TryWriteAsync(s => s.LostHolding = held);
        await reporter.PublishAsync();
    }

    /// <summary>After what a lost runner's position may follow from.</summary>
    public void Recheck()
    {
        if (runner.Lost) ReassertAsync().Ignore();
    }
}
