using ControlPlane.Grains.Bots.Arming;
using ControlPlane.Grains.Bots.Kills;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Orders;
using ControlPlane.Grains.Bots.Registering;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Tiers;
using ControlPlane.Grains.Bots.Traces;

namespace ControlPlane.Grains.Bots;

/// <summary>Puts one bot together. Parts with state are made once. Parts without state are made for each call, so that an idle bot takes little
/// memory.</summary>
internal sealed class BotParts : IDisposable
{
    private readonly BotContext _bot;
    private readonly LiveState _live;
    private readonly BotKillSwitch _kill;
    private readonly KillWrites _killWrites;
    private readonly BotTier _tier;
    private readonly RunnerCondition _runner;
    private readonly BotStatus _standing;
    private TierSteps? _tierSteps;
    private BotDesks? _desks;

    /// <param name="everySecond">Has a timer of the activation make a call now and every second, and keep the activation for it.</param>
    public BotParts(BotContext bot, Func<Func<Task>, IDisposable> everySecond)
    {
        _bot = bot;
        var arming = new LiveArming(bot.Time, bot.Services.Node.Suspension);
        Lease = new(bot.Record, bot.Limits.Runners, bot.Time);
        _live = new(bot.Record, arming, bot.Services.Node.Gate, bot.Limits.Risk);
        _kill = new(arming);
        _killWrites = new(bot.Record, _kill, everySecond);
        _tier = new(bot.Record);
        _runner = new(bot.Record, Lease, bot.Time);
        _standing = new(bot, Lease, _kill, _live, _tier, _runner);
        Reporter = new(bot, _standing);
    }

    public RunnerLease Lease { get; }

    public BotReporter Reporter { get; }

    public WholeViews Views => new(_bot, _standing);

    public SafeStart Starts => new(_bot, Lease, _kill, _runner, new(_bot, _standing, Holding), LeaseEnds, History, Reporter);

    public LeaseRenewal Renewals => new(_bot, Lease, _kill, _standing, Reporter);

    public LeaseEnd LeaseEnds => new(_bot, Lease, Holding, History, _standing, Reporter);

    public LostRunner LostRunner => new(_bot, _runner, Holding, Reporter);

    public BotKill Kills => new(_bot, _kill, _killWrites, Lease, History, Reporter);

    public BotRelease Releases => new(_bot, _kill, Kills, _killWrites, Lease, History, _standing, Reporter);

    public BotArming Arming => new(_bot, _live, _kill, History, _standing, Reporter);

    public TierSteps TierSteps => _tierSteps ??= new(_bot, _tier, Lease.Heartbeats, Reporter);

    public TierPromotion Promotions => new(_bot, _tier, _standing, Reporter);

    public BotRegistering Registering => new(_bot, _live, Kills, new(_bot), Views, Reporter);

    public BotToken Token => new(_bot, _standing);

    public BotTraceCalls Traces => new(_bot, _kill, Desks, LostRunner, TierSteps);

    public OrderChecks OrderChecks => new(_bot, Desks, Refusals, _standing, Lease);

    public OrderReports OrderReports => new(_bot, Desks, LostRunner);

    public GatewayCalls Gateway => new(_bot, Desks, OrderChecks, Refusals, Lease, _kill);

    public GatewayCancels Cancels => new(_bot, Desks, Refusals, _standing);

    public BrokerPositions Positions => new(_bot, Desks, LostRunner);

    public BotDesks Desks => _desks ??= new(_bot);

    private OrderRefusals Refusals => new(_bot, Desks, _standing);

    private BotHistory History => new(_bot);

    private PositionHolding Holding => new(_bot);

    /// <param name="letGo">Has the activation end once it is idle.</param>
    public BotDeletion Deletion(Action letGo) => new(_bot, Lease, _live, _kill, new(_bot), Holding, Desks, Reporter, letGo);

    /// <summary>The last chance of what is on its way to the store.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _desks?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public void Dispose() => _desks?.Dispose();
}
