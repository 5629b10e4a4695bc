using ControlPlane.Grains.Gateway.Desk;
using ControlPlane.Grains.Gateway.Positions;
using ControlPlane.Grains.Risk.Desk;
using ControlPlane.Grains.Risk.SystemLimits;

namespace ControlPlane.Grains.Bots.Orders;

/// <summary>Parts that only orders need. Most bots of a large cluster are idle, so each part is made at its first use.</summary>
internal sealed class BotDesks(BotContext bot) : IDisposable
{
    private OrderDesk? _orders;
    private SystemDesk? _allBots;
    private GatewayDesk? _gateway;
    private VenueBook? _venues;
    private RefusalJournal? _refusals;

    public OrderDesk Orders => _orders ??= new(bot.Id, bot.Services.Stores.Risk, bot.Limits.Risk, bot.Time, bot.Logger);

    /// <summary>The limits over all bots.</summary>
    public SystemDesk AllBots => _allBots ??= new(bot.Id, bot.Services.Stores.Risk, () => bot.Instruments, bot.Limits.Risk, bot.Grains, bot.Time, bot.Logger);

    public GatewayDesk Gateway => _gateway ??= new(bot.Id, bot.Services.Stores.Risk, bot.Services.Stores.GatewayOrders, Orders, bot.Services.Evidence.Lookup, bot.Limits.Risk, bot.Logger);

    public VenueBook Venues => _venues ??= new(bot.Id, bot.Services.Stores.GatewayOrders);

    public RefusalJournal Refusals => _refusals ??= new(bot.Id, bot.Services.Evidence.Traces, bot.Time, bot.Logger);

    /// <summary>Tells the limits over all bots that this one's figures may have changed, where there are such limits.</summary>
    /// <param name="realised">Whether a profit or loss was realised.</param>
    public void PublishTotals(bool realised)
    {
        if (bot.Limits.Risk.System.Any) AllBots.PublishAsync(realised).Ignore();
    }

    public Task StopAsync(CancellationToken cancellationToken) => _refusals?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose()
    {
        _orders?.Dispose();
        _allBots?.Dispose();
    }
}
