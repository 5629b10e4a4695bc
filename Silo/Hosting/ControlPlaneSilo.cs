using System.Net;
using System.Net.Sockets;
using ControlPlane.Abstractions;
using ControlPlane.Grains;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Channels;
using ControlPlane.Grains.Audit;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots.Leases;
using ControlPlane.Grains.Bots.Runners;
using ControlPlane.Grains.Bots.Services;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Gates.Agreement;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Gates.Node;
using ControlPlane.Grains.Gates.Suspension;
using ControlPlane.Grains.Gateway;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Hosts;
using ControlPlane.Grains.Integrations.Verification;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Integrations.Verification.Services;
using ControlPlane.Grains.Kills;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Grains.Storage.Seals;
using ControlPlane.Grains.Storage.Trust;
using ControlPlane.Grains.Supervision;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Alerts;
using ControlPlane.Silo.Hosting.Cluster;
using ControlPlane.Silo.Hosting.Cluster.Join;
using ControlPlane.Silo.Hosting.Settings;
using ControlPlane.Silo.Integrations;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Audit;
using ControlPlane.Silo.Storage.Embedded;
using ControlPlane.Silo.Storage.Kills;
using ControlPlane.Silo.Storage.Leases;
using ControlPlane.Silo.Storage.Postgres;
using ControlPlane.Silo.Storage.Seals;
using ControlPlane.Silo.Storage.Trust;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;

namespace ControlPlane.Silo.Hosting;

/// <summary>Composition of a host that runs grains.</summary>
internal static class ControlPlaneSilo
{
    /// <summary>Adds the silo, everything grains need, and this node's gate. With a database it joins the cluster that lives there; else it is by
    /// itself, on the embedded store.</summary>
    /// <param name="allInOne">With an API in the same process: then it joins silos of its own host alone.</param>
    /// <exception cref="WrongSettingsException">A setting is wrong.</exception>
    /// <exception cref="DataDirectoryInUseException">Another process holds the data directory.</exception>
    public static void AddControlPlaneSilo(this IHostApplicationBuilder builder, SiloSettings settings, string dataDirectory, bool allInOne = false)
    {
        if (settings.Cluster.ConnectionString is not null) builder.Services.HoldDataFolder(dataDirectory);
        builder.UseOrleans(silo =>
        {
            var cluster = settings.Cluster;
            var port = cluster.Port ?? FreePort();
            if (cluster.ConnectionString is { } database)
            {
                silo.AddPostgresStore(new PostgresStoreOptions { ConnectionString = database }, StateNames.Provider);
                silo.AddPostgresClustering();
                silo.Configure<SiloOptions>(o => o.SiloName = HostMark.NewSiloName());
                silo.Services.AddHostedService(s => new PlaceCheck(
                    s.GetRequiredService<PostgresDatabase>(), new IPEndPoint(cluster.Address, port), allInOne, s.GetRequiredService<TimeProvider>()));
                Membership.AddDirectory(silo);
                if (cluster.FastDetection) silo.AddFailureDetector();
                silo.AddWarmUp();
            }
            else
            {
                silo.UseLocalhostClustering(port, gatewayPort: 0);
                silo.AddEmbeddedStore(new EmbeddedStoreOptions { DataDirectory = dataDirectory }, StateNames.Provider);
            }

            silo.Configure<EndpointOptions>(o =>
            {
                o.AdvertisedIPAddress = cluster.Address;
                o.SiloPort = port;
                o.SiloListeningEndpoint = new IPEndPoint(cluster.ListenAddress, port);
                o.GatewayPort = cluster.GatewayPort ?? 0;
                o.GatewayListeningEndpoint = cluster.GatewayPort is { } gateway ? new IPEndPoint(cluster.ListenAddress, gateway) : null;
            });
            Membership.Configure(silo, cluster.FastDetection);
            cluster.Tls?.Apply(silo);
            silo.AddJoinProof(alone: cluster.ConnectionString is null);
            if (cluster.OrleansDashboard) ClusterDashboard.Add(silo);
        });
        builder.Services.AddKillSpoolFile(dataDirectory);
        builder.Services.AddSingleton<IWitnessFile>(new WitnessFile(Path.Combine(dataDirectory, WitnessFile.Name)));
        builder.Services.AddAuditAnchor(builder.Configuration, dataDirectory);
        builder.Services.AddLeaseFile(dataDirectory);
        builder.Services.AddControlPlaneGrains(settings);
    }

    /// <summary>Adds a client of the cluster and this node's gate: no silo, no store. The database tells it where the silos are;
    /// a kill that no silo takes yet is kept in the data directory.</summary>
    public static void AddControlPlaneFrontEnd(this IHostApplicationBuilder builder, SiloSettings settings, string dataDirectory)
    {
        builder.Services.HoldDataFolder(dataDirectory);
        builder.Services.AddPostgresDatabase(new PostgresStoreOptions { ConnectionString = settings.Cluster.ConnectionString!, PoolSize = 4 });
        builder.UseOrleansClient(client =>
        {
            client.AddPostgresClustering();
            Membership.Configure(client);
            settings.Cluster.Tls?.Apply(client);
            client.AddJoinProof();
            if (settings.Cluster.OrleansDashboard) ClusterDashboard.Add(client);
        });
        builder.Services.AddSingleton<IGrainFactory, FrontEndGrains>();
        builder.Services.AddKillSpoolFile(dataDirectory);
        builder.Services.AddSingleton<IWitnessFile>(new WitnessFile(Path.Combine(dataDirectory, WitnessFile.Name)));
        builder.Services.AddControlPlaneNode(settings, hostsGrains: false);
    }

    /// <summary>What grains need apart from a store, and the services that keep them going. After the silo, so that they stop before it.</summary>
    public static void AddControlPlaneGrains(this IServiceCollection services, SiloSettings settings)
    {
        services.AddSingleton(Options.Create(settings.Verify));
        services.AddSingleton(Options.Create(settings.Policy));
        services.AddSingleton(Options.Create(settings.Runners));
        services.AddSingleton(Options.Create(settings.Risk));
        services.AddSingleton(Options.Create(settings.Usage));
        services.AddSingleton(Options.Create(settings.Traces));
        services.AddSingleton(Options.Create(settings.Autonomy));
        services.AddSingleton<OperatorActs>();
        services.AddSingleton<AutonomyReader>();
        services.AddSingleton<AutonomyRounds>();
        services.TryAddSingleton<IAuditAnchor, NoAuditAnchor>();
        services.AddSingleton<ClusterAnchors>();
        services.AddSingleton(new GateProviders(
        [
            .. settings.Catalogue.Providers.Where(p => settings.Integrations.For(p.Id).Enabled)
                .Select(p => new GateProvider(p.Id, p.Name, p.Category, settings.Integrations.For(p.Id).Required, p.Access.Any(a => a.Verify is not null))),
        ]));
        services.AddSingleton<IProviderPriority, ProviderPriority>();
        services.AddSingleton<IKnownProviders>(settings.Catalogue);
        services.AddGatewaySettlement();
        services.AddSingleton<FingerprintKey>();
        services.TryAddSingleton<IHostCount, ActiveSilos>();
        services.AddSingleton<StoreHealth>();
        services.AddSingleton<ActivationThrottle>();
        services.AddSingleton<LeaseMemory>();
        services.AddSingleton<IGateListener>(s => s.GetRequiredService<LeaseMemory>());
        services.AddHostedService<LeaseKeeper>();
        services.AddSingleton<ProviderMoves>();
        services.AddSingleton<IGateListener>(s => s.GetRequiredService<ProviderMoves>());
        services.AddSingleton<IntegrationServices>();
        services.AddSingleton(new Currencies(settings.Risk));
        services.AddSingleton<BotTraces>();
        services.AddSingleton<BotTraceReads>();
        services.AddSingleton<BotFigureBoard>();
        services.AddSingleton<ReasonTimes>();
        services.AddBots();
        services.AddSingleton<IAlertChannel, SmtpAlertChannel>();
        services.AddAlerts(settings.Alerts);
        services.AddControlPlaneNode(settings, hostsGrains: true);
        services.AddStoreSeals();
        services.AddHostedService<StoreWatch>();
        services.AddHostedService<StoreEvidenceWatch>();
        services.AddHostedService<ControlLoops>();
        services.AddHostedService<HostSecretsReporter>();
        services.AddHostedService<UsageRetention>();
        services.AddHostedService<TraceRetention>();
        services.AddHostedService<LedgerUpgradeReport>();
    }

    /// <summary>What every node has, with grains or without: the settings that all must agree on, and the gate that it follows.</summary>
    private static void AddControlPlaneNode(this IServiceCollection services, SiloSettings settings, bool hostsGrains)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IHostClock, HostClock>();
        services.AddSingleton(Options.Create(settings.Gate));
        services.AddSingleton(settings.Catalogue);
        services.AddSingleton(settings.Integrations);
        services.AddSingleton(new NetworkPolicy(settings.Network));
        services.AddIntegrationVerification();
        services.AddSingleton<IServiceHandshake, PostgresHandshake>();
        services.AddSingleton<IServiceHandshake, SmtpHandshake>();
        services.AddIntegrationUsage();
        services.AddSingleton(s => new AgreedTokens(s.GetRequiredService<ISecretSource>(), s.GetRequiredService<ControlPlaneKeys>(), s.GetService<IOperatorTokenFile>()));
        var agreed = ConfigurationFingerprint.Of(settings);
        services.AddSingleton(s => new NodeAgreement(agreed, s.GetRequiredService<AgreedTokens>()));
        services.AddSingleton(NodeIdentity.Create(hostsGrains));
        services.TryAddSingleton<CallerSignatures>();
        services.AddSingleton<SuspensionWatch>();
        services.AddSingleton<NodeGate>();
        services.AddSingleton<IGate>(s => s.GetRequiredService<NodeGate>());
        services.AddHostedService<NodeGateMetrics>();
        services.TryAddSingleton<IWitnessFile, NoWitnessFile>();
        services.AddSingleton<StoreWitness>();
        services.AddHostedService<StoreWitnessStartup>();
        services.AddKillDelivery();
        services.AddHostedService<GateFollower>();
        services.AddNodeReadinessReports();
    }

    /// <summary>Variables of the catalogue that hold no secret stay readable in logs. The keys of this process are derived from a secret, too.</summary>
    /// <param name="madeUp">Keys of a demo, by variable: then no other provider's key is read, wherever it may be.</param>
    public static void AddControlPlaneSecrets(this IHostApplicationBuilder builder, SiloSettings settings, IReadOnlyDictionary<string, string>? madeUp = null)
    {
        var open = settings.Catalogue.Providers.SelectMany(p => p.Variables).Where(v => !v.Secret)
            .SelectMany(v => v.Aliases.Prepend(v.Name)).ToHashSet(StringComparer.Ordinal);
        var all = settings.Catalogue.Providers.SelectMany(p => p.Variables).SelectMany(v => v.Aliases.Prepend(v.Name)).ToHashSet(StringComparer.Ordinal);

        // The environment was registered by the sound of its names, before the catalogue was read.
        builder.Services.AddSecretRegistry().Forget(open);
        builder.Services.AddSecrets(builder.Configuration, o =>
        {
            o.IsSecret = name => !open.Contains(name);
            if (madeUp is null) return;
            (o.Directory, o.MadeUp, o.IgnoreEnvironment) = (null, madeUp, all.Contains);
        });
        var clustered = settings.Cluster.ConnectionString is not null;
        builder.Services.TryAddSingleton(s => RootSecret.Read(s.GetRequiredService<ISecretSource>(), s.GetService<IOperatorTokenFile>(), clustered));
    }

    /// <summary>A port for the silo that nobody calls. Below the range from which systems give ports to outgoing connections: one of those could
    /// take it before the silo listens.</summary>
    private static int FreePort()
    {
        const int Tries = 50;
        for (var left = Tries; ; left--)
        {
            var port = Random.Shared.Next(20_000, 32_768);
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
                return port;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && left > 1)
            {
                // Another one.
            }
        }
    }
}
