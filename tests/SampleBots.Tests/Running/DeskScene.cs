using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.ProviderSimulator;
using ControlPlane.SampleBots.Providers;
using ControlPlane.SampleBots.Running;
using ControlPlane.SampleBots.Strategies;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.SampleBots.Tests.Running;

/// <summary>A desk with a real simulator of the providers behind it, a clock that the test holds, and a gateway and a control plane that are made up.</summary>
internal sealed class DeskScene : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    private DeskScene(SimulatorHost simulator, DeskClock time, IStrategy strategy)
    {
        (Simulator, Time) = (simulator, time);
        (Bot, Fake) = FakeBot.Make();
        Fake.Time = time;
        Gateway = new FakeGateway(simulator, Fake);
        Gateway.TeachKeys();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<IGatewayAccess>(Gateway)
            .AddLogging()
            .AddSampleBots(new SampleBotOptions { CallTimeout = TimeSpan.FromMinutes(1) })
            .AddHttpClient(GatewayClient.Name).ConfigurePrimaryHttpMessageHandler(() => Gateway).SetHandlerLifetime(Timeout.InfiniteTimeSpan).Services
            .BuildServiceProvider();
        Profile = new BotProfile("bot-1", "Bot", "u1", "SIMA", ["polygon", "alpaca"], strategy);
        Permit = new BotPermit(Gate, Profile.BotId);
        Desk = NewDesk();
    }

    public SimulatorHost Simulator { get; }

    public DeskClock Time { get; }

    public IBotGrain Bot { get; }

    public FakeBot Fake { get; }

    public FakeGate Gate { get; } = new();

    public FakeGateway Gateway { get; }

    public BotProfile Profile { get; }

    public BotPermit Permit { get; }

    public TradingDesk Desk { get; private set; }

    public int OrdersAtBroker => Simulator.Requests("alpaca").Count(static r => r.Route == "POST /v2/orders");

    public static async Task<DeskScene> OpenAsync(IStrategy? strategy = null, int rejectOneIn = 0)
    {
        var time = new DeskClock(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero));
        var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time, Market = new MarketOptions { Seed = 5, RejectOneIn = rejectOneIn } });
        var scene = new DeskScene(simulator, time, strategy ?? new EagerStrategy());
        scene.Grant();
        return scene;
    }

    public void Grant(long epoch = 1) => Permit.Granted(new RunnerLease(new HostClock(Time), epoch, new LeaseTerms(1_000_000, 2_000, 900_000), new HostClock(Time).Read(), FakeGateway.TokenOf(Profile.BotId, epoch)));

    public TradingDesk NewDesk()
    {
        var providers = new BotProviders(_services, () => Permit.Lease);
        return Desk = new TradingDesk(
            Profile, Bot, Permit, new TraceJournal(Profile.BotId, Bot, NullLogger<TraceJournal>.Instance), new OrderLedger(Bot),
            providers.Data, providers.Broker, providers.Advisor, Time, NullLogger<TradingDesk>.Instance);
    }

    /// <summary>The providers as a holder of this lease reaches them.</summary>
    public BotProviders Providers(RunnerLease lease) => new(_services, () => lease);

    /// <summary>One cycle, in which the clock goes on while the desk waits for it, and then a second.</summary>
    public async Task CycleAsync()
    {
        var cycle = Desk.CycleAsync(TestContext.Current.CancellationToken);

        // Calls over the wire take real time, in which this clock stands still; the desk's own waits need it to go on.
        while (await Task.WhenAny(cycle, Time.WhenWaitedForAsync()) != cycle) Time.Advance(TimeSpan.FromMilliseconds(100));
        await cycle;
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    /// <summary>Always wants to buy for two seconds.</summary>
    private sealed class EagerStrategy : IStrategy
    {
        public string Model => "eager";

        public int Bars => 5;

        public Evaluation Evaluate(MarketView view) => new Signal(
            OrderSide.Buy, 0.7, 500, new ExitRule(TimeSpan.FromSeconds(2), 1, 1), "Because.", ImmutableSortedDictionary<string, TraceValue>.Empty);
    }
}
