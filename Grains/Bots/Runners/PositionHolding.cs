using ControlPlane.Grains.Risk.Ledger;

namespace ControlPlane.Grains.Bots.Runners;

/// <summary>Reads from the bot's ledger whether it holds something.</summary>
internal sealed class PositionHolding(BotContext bot)
{
    /// <summary>Whether the bot holds a position; true when that can't be read.</summary>
    public async Task<bool> MayHoldAsync()
    {
        try
        {
            return await ReadAsync();
        }
        catch (Exception e)
        {
            BotLog.LogHoldingUnread(bot.Logger, bot.Id, e);
            return true;
        }
    }

    /// <exception cref="TimeoutException">The store has not answered in time.</exception>
    public Task<bool> ReadAsync() =>
        bot.Services.Stores.Risk.MayHoldAsync(bot.Id, bot.Instruments, CancellationToken.None).WaitAsync(bot.Limits.RiskRead, bot.Time);
}
