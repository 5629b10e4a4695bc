using ControlPlane.Abstractions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.SampleBots.Running;

/// <summary>What all sample bots have in common: two loops, one for the lease and one for the market, on the grain's own thread of work.</summary>
internal abstract class SampleBotGrain : Grain, ISampleBot
{
    private static readonly TimeSpan s_heartbeatTick = TimeSpan.FromMilliseconds(250);
    private readonly BotRunner _runner;
    private readonly TradingDesk _desk;
    private readonly BotPermit _permit;
    private readonly TimeSpan _pace;
    private readonly IServiceProvider _services;
    private readonly BotProfile _profile;
    private bool _retired;

    protected SampleBotGrain(BotProfile profile, IServiceProvider services, IGrainFactory grains)
    {
        (_services, _profile) = (services, profile);
        var bot = grains.GetGrain<IBotGrain>(profile.BotId);
        var time = services.GetRequiredService<TimeProvider>();
        var logs = services.GetRequiredService<ILoggerFactory>();
        _permit = new BotPermit(services.GetRequiredService<IGate>(), profile.BotId);
        _runner = new BotRunner(profile, bot, _permit, services.GetRequiredService<IGatewayAccess>(), time, services.GetRequiredService<IHostClock>(), logs.CreateLogger<BotRunner>());
        var providers = new BotProviders(services, () => _permit.Lease);
        _desk = new TradingDesk(
            profile,
            bot,
            _permit,
            new TraceJournal(profile.BotId, bot, logs.CreateLogger<TraceJournal>()),
            new OrderLedger(bot),
            providers.Data,
            providers.Broker,
            providers.Advisor,
            time,
            logs.CreateLogger<TradingDesk>());
        _pace = services.GetRequiredService<SampleBotOptions>().Pace;
    }

    public Task Wake() => Task.CompletedTask;

    public async Task Retire()
    {
        _retired = true;
        await _runner.StopAsync();
        DeactivateOnIdle();
    }

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // Interleaving: a heartbeat must not wait for a provider that hangs.
        this.RegisterGrainTimer(HeartbeatAsync, new GrainTimerCreationOptions(TimeSpan.Zero, s_heartbeatTick) { Interleave = true, KeepAlive = true });
        this.RegisterGrainTimer(CycleAsync, new GrainTimerCreationOptions(_pace, _pace) { Interleave = true, KeepAlive = true });
        return Task.CompletedTask;
    }

    /// <summary>Puts another runner in the place of this one, which then sends an order under the lease that it has lost.</summary>
    protected async Task ReplaceRunnerAsync(CancellationToken cancel)
    {
        if (_retired || await _runner.ReplaceAsync() is not { } lost) return;
        var former = new FormerRunner(_profile, lost, new BotProviders(_services, () => lost).Broker, _services.GetRequiredService<ILogger<FormerRunner>>());
        if (!await former.OrderAsync(cancel)) _desk.CountAnew();
    }

    private Task HeartbeatAsync(CancellationToken cancel) => _retired ? Task.CompletedTask : _runner.TickAsync();

    private Task CycleAsync(CancellationToken cancel) => _retired ? Task.CompletedTask : _desk.CycleAsync(cancel);
}
