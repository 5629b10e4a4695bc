using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Storage.Postgres;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Serialization;
using Orleans.Storage;

namespace ControlPlane.Silo.Tests.Storage.Postgres;

/// <summary>The PostgreSQL store, open, without a silo around it.</summary>
internal sealed class PostgresStore : IStoreUnderTest, ITraceStoresUnderTest
{
    private readonly ServiceProvider _services;

    private PostgresStore(ServiceProvider services, IGrainStorage grains)
    {
        _services = services;
        Grains = grains;
    }

    public PostgresDatabase Database => Get<PostgresDatabase>();

    public IUsageEventStore Usage => Get<IUsageEventStore>();

    public IVerificationStore Verifications => Get<IVerificationStore>();

    public ITransitionStore Transitions => Get<ITransitionStore>();

    public IKillDrillStore Drills => Get<IKillDrillStore>();

    public IAlertStore Alerts => Get<IAlertStore>();

    IAutonomyEvidenceStore IStoreUnderTest.Evidence => Get<IAutonomyEvidenceStore>();

    ISealedRows IStoreUnderTest.Sealed => Get<ISealedRows>();

    public IAuditStore Audit => Get<IAuditStore>();

    public IBotIndex Bots => Get<IBotIndex>();

    public IStoreProbe Probe => Get<IStoreProbe>();

    public IDecisionStore Decisions => Get<IDecisionStore>();

    public INoTradeStore NoTrades => Get<INoTradeStore>();

    public ITradeStore Trades => Get<ITradeStore>();

    public ICycleStore Cycles => Get<ICycleStore>();

    public IBotActivityStore Activity => Get<IBotActivityStore>();

    public ITraceUsageStore TraceUsage => Get<ITraceUsageStore>();

    public ITraceIndex TraceIndex => Get<ITraceIndex>();

    public IRiskStore Risk => Get<IRiskStore>();

    public IGatewayOrderStore GatewayOrders => Get<IGatewayOrderStore>();

    public IGrainStorage Grains { get; }

    public static Task<PostgresStore> OpenAsync(string connectionString) => OpenAsync(new PostgresStoreOptions { ConnectionString = connectionString });

    public static async Task<PostgresStore> OpenAsync(PostgresStoreOptions options, Action<ILoggingBuilder>? logging = null)
    {
        var services = new ServiceCollection().AddLogging(logging ?? (_ => { })).AddSerializer().AddPostgresStore(options)
            .Configure<ClusterOptions>(o => (o.ClusterId, o.ServiceId) = ("tests", "tests")).BuildServiceProvider();
        try
        {
            await services.GetRequiredService<PostgresDatabase>().MigrateAsync();
            var grains = PostgresStorageExtensions.CreateGrainStorage(services, "tests");
            await StartedLifecycle.StartAsync(grains);
            return new PostgresStore(services, grains);
        }
        catch
        {
            await services.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => _services.DisposeAsync();

    private T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A silo's lifecycle that starts a participant as it subscribes.</summary>
    private sealed class StartedLifecycle : ISiloLifecycle
    {
        private readonly List<ILifecycleObserver> _observers = [];

        public int HighestCompletedStage => 0;

        public int LowestStoppedStage => 0;

        public static async Task StartAsync(ILifecycleParticipant<ISiloLifecycle> participant)
        {
            var lifecycle = new StartedLifecycle();
            participant.Participate(lifecycle);
            foreach (var observer in lifecycle._observers) await observer.OnStart(CancellationToken.None);
        }

        public IDisposable Subscribe(string observerName, int stage, ILifecycleObserver observer)
        {
            _observers.Add(observer);
            return new Subscription();
        }

        private sealed class Subscription : IDisposable
        {
            public void Dispose()
            {
            }
        }
    }
}

/// <summary>A database of its own on the shared server.</summary>
internal sealed class PostgresStoreFixture(TestDatabase database) : IStoreFixture
{
    public static async Task<IStoreFixture> CreateAsync() => new PostgresStoreFixture(await SharedPostgres.Current.CreateAsync());

    public async Task<IStoreUnderTest> OpenAsync() => await PostgresStore.OpenAsync(database.ConnectionString);

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
