using ControlPlane.Abstractions;
using ControlPlane.Grains.Storage;

namespace ControlPlane.Grains.Bots.Registering;

/// <summary>The bot's place on the list of bots.</summary>
internal sealed class BotListing(BotContext bot)
{
    private IBotIndex Index => bot.Services.Stores.Index;

    /// <summary>Room for a new bot; null when there is some.</summary>
    public async Task<BotAnswer?> AdmitAsync(BotSpec spec)
    {
        var max = bot.Limits.Runners.Max;
        try
        {
            return await Index.TryAddAsync(new BotIndexRow(bot.Id, spec, AutonomyTier.Observe, bot.State.Kill, RegisteredAt: bot.Time.GetUtcNow()), max, CancellationToken.None)
                ? null
                : new(Codes.RateLimited, $"There are {max} bots, as many as ControlPlane__Bots__Max allows.", null);
        }
        catch (Exception e)
        {
            BotLog.LogNotWritten(bot.Logger, bot.Id, e);
            return BotAnswers.Unwritten();
        }
    }

    /// <summary>Takes a deleted bot off the list. Null when it was done.</summary>
    public async Task<BotAnswer?> RemoveAsync()
    {
        try
        {
            await Index.RemoveAsync(bot.Id, CancellationToken.None).WaitAsync(bot.Limits.Write, bot.Time);
            await bot.Grains.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf(bot.Id)).Remove(bot.Id, bot.Activation, bot.NextVersion());
            return null;
        }
        catch (Exception e)
        {
            BotLog.LogNotUnlisted(bot.Logger, bot.Id, e);
            return new(Codes.DataUnavailable, "The bot is deleted, and the list of bots could not be told: delete it again.", null);
        }
    }
}
