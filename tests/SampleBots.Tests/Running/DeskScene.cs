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

/// <summary>A desk with a real simulator of the providers behind it, a clock that the test holds, and a control plane that is made up.</summary>
internal sealed class DeskScene : IAsyncDisposable, IIntegrationUsage, IProviderKeys
{
    private readonly ServiceProvider _services;

    private DeskScene(SimulatorHost simulator, FakeTimeProvider time, IStrategy strategy)
    {
        (Simulator, Time) = (simulator, time);
        (Bot, Fake) = FakeBot.Make();
        _services = new ServiceCollection()
            .AddSingleton<TimeProvider>(time)
            .AddSingleton<IIntegrationUsage>(this)
            .AddSingleton<IProviderKeys>(this)
            .AddLogging()
            .AddSampleBots(new SampleBotOptions
            {
                MarketData = new Uri(simulator.BaseUrl("polygon") + "/"),
                Broker = new Uri(simulator.BaseUrl("alpaca") + "/"),
                Advisor = new Uri(simulator.BaseUrl("openai") + "/"),
            })
            .BuildServiceProvider();
        Profile = new BotProfile("bot-1", "Bot", "u1", "SIMA", ["polygon", "alpaca"], strategy);
        Permit = new BotPermit(Gate, Profile.BotId);
        Desk = NewDesk();
    }

    public SimulatorHost Simulator { get; }

    public FakeTimeProvider Time { get; }

    public IBotGrain Bot { get; }

    public FakeBot Fake { get; }

    public FakeGate Gate { get; } = new();

    public BotProfile Profile { get; }

    public BotPermit Permit { get; }

    public TradingDesk Desk { get; private set; }

    public List<UsageCall> Usage { get; } = [];

    public HashSet<string> MissingKeys { get; } = [];

    public int OrdersAtBroker => Simulator.Requests("alpaca").Count(static r => r.Route == "POST /v2/orders");

    public static async Task<DeskScene> OpenAsync(IStrategy? strategy = null, int rejectOneIn = 0)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 11, 24, 15, 0, 0, TimeSpan.Zero));
        var simulator = await SimulatorHost.StartAsync(new SimulatorOptions { Time = time, Market = new MarketOptions { Seed = 5, RejectOneIn = rejectOneIn } });
        foreach (var (provider, values) in s_keys) simulator.SetKey(provider, values);
        var scene = new DeskScene(simulator, time, strategy ?? new EagerStrategy());
        scene.Grant();
        return scene;
    }

    public void Grant(long epoch = 1) => Permit.Granted(new RunnerLease(new HostClock(Time), epoch, new LeaseTerms(1_000_000, 2_000, 900_000), new HostClock(Time).Read()));

    public TradingDesk NewDesk() => Desk = new TradingDesk(
        Profile, Bot, Permit, new TraceJournal(Profile.BotId, Bot, NullLogger<TraceJournal>.Instance),
        _services.GetRequiredService<MarketDataClient>(), _services.GetRequiredService<BrokerClient>(), _services.GetRequiredService<AdvisorClient>(),
        Time, NullLogger<TradingDesk>.Instance);

    /// <summary>One cycle, in which the clock goes on while the desk waits, and then a second.</summary>
    public async Task CycleAsync()
    {
        var cycle = Desk.CycleAsync(TestContext.Current.CancellationToken);

        // Calls over the wire take real time; the desk's own waits need the clock of the test.
        while (await Task.WhenAny(cycle, Task.Delay(5)) != cycle) Time.Advance(TimeSpan.FromMilliseconds(100));
        await cycle;
        Time.Advance(TimeSpan.FromSeconds(1));
    }

    public Task<bool> LogAsync(UsageCall call)
    {
        lock (Usage) Usage.Add(call with { TraceId = call.TraceId ?? System.Diagnostics.Activity.Current?.TraceId.ToHexString() });
        return Task.FromResult(true);
    }

    public string? Find(string variable) => MissingKeys.Contains(variable) ? null : s_keys.Values.SelectMany(static v => v).FirstOrDefault(v => v.Key == variable).Value;

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await Simulator.DisposeAsync();
    }

    private static readonly Dictionary<string, Dictionary<string, string>> s_keys = new()
    {
        ["polygon"] = new() { ["POLYGON_API_KEY"] = "desk-polygon-key" },
        ["alpaca"] = new() { ["ALPACA_API_KEY"] = "desk-alpaca-key", ["ALPACA_SECRET_KEY"] = "desk-alpaca-secret" },
        ["openai"] = new() { ["OPENAI_API_KEY"] = "desk-openai-key" },
    };

    /// <summary>Always wants to buy for two seconds.</summary>
    private sealed class EagerStrategy : IStrategy
    {
        public string Model => "eager";

        public int Bars => 5;

        public Judgement Judge(MarketView view) => new Signal(
            OrderSide.Buy, 0.7, 500, new ExitRule(TimeSpan.FromSeconds(2), 1, 1), "Because.", ImmutableSortedDictionary<string, TraceValue>.Empty);
    }
}
