using ControlPlane.Abstractions;

namespace ControlPlane.Grains.Bots;

/// <summary>Tells the gate and the directory how the bot stands.</summary>
internal sealed class BotReporter(BotContext bot, BotStatus standing)
{
    /// <summary>A report that took longer than this may have made a lease look longer than it is: it is sent again.</summary>
    private static readonly TimeSpan s_slowReport = TimeSpan.FromSeconds(1);

    /// <summary>Epoch of the gate that took the last report.</summary>
    public long PublishedEpoch { get; private set; }

    /// <summary>Reports to the gate; null when it did not answer. Nodes then do not know this bot, so it may do nothing.</summary>
    public async Task<GatePosition?> PublishToGateAsync()
    {
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                var sentAt = bot.Time.GetTimestamp();
                var position = await bot.Grains.GetGrain<ISystemGateGrain>(0).ReportBot(standing.Report());
                PublishedEpoch = position.Epoch;
                if (bot.Time.GetElapsedTime(sentAt) < s_slowReport || attempt >= 2) return position;
            }
        }
        catch (Exception e)
        {
            BotLog.LogGateNotPublished(bot.Logger, bot.Id, e);
            return null;
        }
    }

    /// <summary>Waits until every node has taken over <paramref name="position"/>; null when the gate can't say so.</summary>
    public async Task<Acknowledgements?> AcknowledgedAsync(GatePosition? position)
    {
        try
        {
            return position is { } known ? await bot.Grains.GetGrain<ISystemGateGrain>(0).WaitForAcknowledgement(known) : null;
        }
        catch (Exception e)
        {
            BotLog.LogGateNotPublished(bot.Logger, bot.Id, e);
            return null;
        }
    }

    public async Task PublishToDirectoryAsync()
    {
        // Deleted while the caller waited for something.
        if (bot.State.Spec is not { } spec) return;
        try
        {
            await bot.Grains.GetGrain<IBotDirectoryGrain>(BotDirectoryGrain.ShardOf(bot.Id)).Upsert(standing.Row(spec));
        }
        catch (Exception e)
        {
            BotLog.LogDirectoryNotPublished(bot.Logger, bot.Id, e);
        }
    }

    /// <summary>Tells the gate first, then the directory.</summary>
    public async Task PublishAsync()
    {
        await PublishToGateAsync();
        await PublishToDirectoryAsync();
    }
}
