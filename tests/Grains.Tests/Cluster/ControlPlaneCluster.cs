using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Hosting;
using ControlPlane.Silo.Hosting.Settings;
using ControlPlane.Silo.Storage.Seals;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.Hosting;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.TestingHost;

namespace ControlPlane.Grains.Tests.Cluster;

/// <summary>The product's own composition in a test cluster, with a clock that the test moves, and stores, secrets and provider answers in its hands.
/// The catalogue is the built-in one, cut down to a few providers.</summary>
internal sealed class ControlPlaneCluster : IAsyncDisposable
{
    public static readonly Caller Runner = new("runner", "runner", "0af7651916cd43dd8448eb211c80319d");
    public static readonly ControlPlaneKeys Keys = new(new Secret("root-secret-of-the-tests-0123456789"));

    /// <summary>Signed for longer than any test's clock runs.</summary>
    public static readonly Caller Operator = new CallerSignatures(Keys, TimeProvider.System)
        .Sign(new("operator", "operator", "0af7651916cd43dd8448eb211c80319c"), new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private static readonly string[] s_providers = ["polygon", "databento", "oanda", "openai", "discord"];
    private InProcessTestCluster? _cluster;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 22, 20, 0, 0, TimeSpan.Zero));
    public TestHostClock HostClock { get; private init; } = new();
    public InMemoryWitnessFile Witness { get; private init; } = new();
    public InMemoryStores Stores { get; private init; } = new();
    public TraceDatabase Traces { get; private set; } = null!;
    public TraceOptions TraceOptions { get; } = new();
    public InMemoryGrainStorage Storage { get; private set; } = null!;

    /// <summary>The key of the process; another one after an operator has changed it.</summary>
    public ControlPlaneKeys ProcessKeys { get; set; } = Keys;
    public InMemoryKillSpoolFile Spool { get; private init; } = new();

    /// <summary>Providers of the built-in catalogue besides the usual ones.</summary>
    public string[] MoreProviders { get; set; } = [];

    /// <summary>Null for a host that forgets: its next process does not know how much time has passed.</summary>
    public InMemoryLeaseFile? LeaseFile { get; set; }
    public KillDelivery Kills => _cluster!.Silos[0].ServiceProvider.GetRequiredService<KillDelivery>();
    public TestSecrets Secrets { get; private init; } = new();
    public ScriptedVerifier Verifier { get; } = new();
    public GateOptions Gate { get; } = new();
    public VerifyOptions Verify { get; } = new();
    public RunnerOptions Runners { get; } = new();
    public PolicyOptions Policy { get; set; } = new();
    public RiskOptions Risk { get; } = new();
    public UsageOptions Usage { get; } = new();
    public AlertSettings Alerts { get; set; } = AlertSettings.None;

    /// <summary>Stands in front of the real channels of its kind; null for none.</summary>
    public IAlertChannel? AlertChannel { get; set; }
    public IGrainFactory Grains => _cluster!.Client;
    public NodeAgreement Agreement => _cluster!.Silos[0].ServiceProvider.GetRequiredService<NodeAgreement>();
    public NodeGate Node => _cluster!.Silos[0].ServiceProvider.GetRequiredService<NodeGate>();

    /// <summary>How many silos the membership has; null for as many as there are.</summary>
    public IHostCount? Hosts { get; set; }
    public KillSpool SpoolOf() => Service<KillSpool>();

    public T Service<T>()
        where T : notnull => _cluster!.Silos[0].ServiceProvider.GetRequiredService<T>();
    public ISystemGateGrain System => Grains.GetGrain<ISystemGateGrain>(0);

    public static async Task<ControlPlaneCluster> StartAsync(Action<ControlPlaneCluster>? setup = null)
    {
        var cluster = new ControlPlaneCluster();
        cluster.Storage = new(cluster.Stores);
        cluster.Traces = await TraceDatabase.OpenAsync();
        setup?.Invoke(cluster);
        await cluster.DeployAsync();
        return cluster;
    }

    /// <summary>Ends every silo without ceremony and starts new ones on the same stores.</summary>
    public async Task<ControlPlaneCluster> RestartAsync(Action<ControlPlaneCluster>? setup = null)
    {
        await KillAsync();
        var next = new ControlPlaneCluster { Stores = Stores, Witness = Witness, Spool = Spool, LeaseFile = LeaseFile, Secrets = Secrets };
        next.Traces = Traces;
        next.Storage = Storage;
        next.Clock.SetUtcNow(Clock.GetUtcNow());
        setup?.Invoke(next);
        await next.DeployAsync();
        return next;
    }

    public void SetAllKeys()
    {
        Secrets.Set("POLYGON_API_KEY", "polygon-key-for-the-test-0001");
        Secrets.Set("OANDA_API_TOKEN", "oanda-token-for-the-test-0001");
        Secrets.Set("OANDA_ACCESS_TOKEN", "oanda-token-for-the-test-0001");
        Secrets.Set("OANDA_ACCOUNT_ID", "001-001-0000001-001");
        Secrets.Set("OPENAI_API_KEY", "openai-key-for-the-test-0001");
    }

    /// <summary>Moves the clock in small steps, letting the silo work between them, until the condition holds.</summary>
    public async Task Until(Func<Task<bool>> condition, string what, double withinSeconds = 30)
    {
        for (var moved = 0.0; moved <= withinSeconds; moved += 0.1)
        {
            if (await condition()) return;
            await Step(0.1);
        }

        Assert.Fail($"Not within {withinSeconds} s of the test's clock: {what}");
    }

    public Task Until(Func<bool> condition, string what, double withinSeconds = 30) => Until(() => Task.FromResult(condition()), what, withinSeconds);

    public async Task Advance(double seconds)
    {
        for (var moved = 0.0; moved < seconds - 0.0001; moved += 0.1) await Step(Math.Min(0.1, seconds - moved));
    }

    public SystemStatus Status() => Node.Read() is { IsLive: true } reading ? reading.Snapshot!.Status : SystemStatus.Blocked;

    public Task UntilOk() => Until(() => Status() == SystemStatus.Ok, "system OK");

    public Task UntilBlocked(double withinSeconds = 30) => Until(() => Status() == SystemStatus.Blocked, "system BLOCKED", withinSeconds);

    public async ValueTask DisposeAsync()
    {
        Stores.Resume();
        if (_cluster is not null) await KillAsync();
        await Traces.DisposeAsync();
    }

    /// <summary>A silo that has just started takes 30 s to leave in good order, and no test looks at that.</summary>
    private async Task KillAsync()
    {
        foreach (var silo in _cluster!.Silos.ToArray()) await _cluster.KillSiloAsync(silo);
        await _cluster.DisposeAsync();
    }

    /// <summary>The silo works on real threads: after each move of the clock they get a real moment to do so.</summary>
    private async Task Step(double seconds)
    {
        Clock.Advance(TimeSpan.FromSeconds(seconds));
        await Task.Delay(5);
    }

    private async Task DeployAsync()
    {
        var catalogue = new ProviderCatalogue(CatalogueLoader.Load(null).Providers.Where(p => s_providers.Contains(p.Id) || MoreProviders.Contains(p.Id)));
        var settings = new SiloSettings(
            Verify, Gate, Policy, Runners, Risk, Usage, TraceOptions, new IntegrationSettings(new Dictionary<string, IntegrationOptions>()), catalogue, ControlPlane.Silo.Hosting.Cluster.ClusterSettings.None) { Alerts = Alerts };
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.Services.AddSingleton<TimeProvider>(Clock);
            silo.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
            silo.Services.AddSingleton(ProcessKeys);
            HostClock.Time = Clock;
            silo.Services.AddSingleton<IHostClock>(HostClock);
            silo.Services.AddSingleton<IWitnessFile>(Witness);
            silo.Services.AddSingleton<IVerifier>(Verifier);
            silo.Services.AddSingleton<ISecretSource>(Secrets).AddSingleton<ISecretRegistry>(new SecretRegistry());
            silo.Services.AddSingleton<IUsageEventStore>(Stores);
            silo.Services.AddSingleton<IVerificationStore>(Stores);
            silo.Services.AddSingleton<ITransitionStore>(Stores);
            silo.Services.AddSingleton<IKillDrillStore>(Stores);
            silo.Services.AddSingleton<IKillSpoolFile>(Spool);
            if (LeaseFile is not null) silo.Services.AddSingleton<ILeaseFile>(LeaseFile);
            if (Hosts is not null) silo.Services.AddSingleton(Hosts);
            silo.Services.AddSingleton<IAuditStore>(Stores);
            silo.Services.AddSingleton<ITraceIndex>(Stores);
            silo.Services.AddSingleton<IBotIndex>(Stores);
            silo.Services.AddSingleton<IStoreProbe>(Stores);
            Traces.AddTo(silo.Services, Stores);
            silo.Services.AddSingleton<ISealedRows>(Storage);
            Storage.Macs = new(ProcessKeys);
            silo.Services.AddGrainStorage(StateNames.Provider, (services, _) =>
            {
                Storage.Serializer = services.GetRequiredService<Serializer>();
                return services.Seal(Storage);
            });
            silo.Services.AddSingleton(new Redactor(new SecretRegistry()));
            if (AlertChannel is { } channel) silo.Services.AddSingleton(channel);
            silo.Services.AddControlPlaneGrains(settings);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }
}
