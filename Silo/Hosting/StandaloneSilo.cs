using System.Net.Sockets;
using ControlPlane.Grains;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Secrets.Keys;
using ControlPlane.Silo.Hosting.Cluster;
using ControlPlane.Silo.Hosting.Health;
using ControlPlane.Silo.Hosting.Settings;
using ControlPlane.Silo.Logging;
using ControlPlane.Silo.Storage;
using ControlPlane.Silo.Storage.Embedded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Silo.Hosting;

/// <summary>A silo without an API. It takes part in a cluster, and a cluster needs a database that all its members share.</summary>
internal static class StandaloneSilo
{
    /// <summary>Exit code for a wrong setting: nothing has been started.</summary>
    public const int WrongSetting = 2;

    /// <summary>Exit code when something that the process needs could not be had.</summary>
    public const int CannotStart = 1;

    private const string NoDatabase = "ConnectionStrings__ControlPlane: must be set: a silo without an API takes part in a cluster, and a cluster needs a PostgreSQL that all its members share. To run everything in one process: dotnet run --project Api";

    private const string Help = """
        Silo: hosts grains of a control plane cluster, without an API.

        Usage: dotnet run --project Silo       (or: dotnet Silo.dll)

        Settings come from the environment, or as options of the same name:

          ConnectionStrings__ControlPlane          The cluster's PostgreSQL. Required
          CONTROLPLANE_CLUSTER_KEY                 Secret that every node proves, 24 characters or more. Required,
                                                   or CONTROLPLANE_OPERATOR_TOKEN, the same on every node
          ControlPlane__Silo__Port                 Port of silo traffic. Default 11111
          ControlPlane__Silo__GatewayPort          Port for front ends. Default 30000
          ControlPlane__Silo__Address              IP address the others reach it under. Default 127.0.0.1
          ControlPlane__Silo__ListenAddress        IP address to listen on, if it is another one
          ControlPlane__Silo__HealthPort           Port that answers /healthz and /readyz. Default none
          ControlPlane__Silo__Tls__CertificateFile This node's certificate, PEM
          ControlPlane__Silo__Tls__KeyFile         Its key, PEM
          ControlPlane__Silo__Tls__CaFile          The authority that signs every node's certificate, PEM
          ControlPlane__Silo__AllowPlain           true: no TLS beyond loopback, on a network nobody else is on

        Every node of a cluster needs the same build, the same settings and the same secrets:
        the settings of Api --help apply here too. A node that differs is refused and stays closed.
        SIGTERM hands its grains over and ends it within five seconds.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(a => a is "--help" or "-h" or "-?"))
        {
            await Console.Out.WriteLineAsync(Help);
            return 0;
        }

        try
        {
            CommandLineOptions.Refuse(args);
            using var host = await BuildAsync(args);
            _ = host.Services.GetRequiredService<ControlPlaneKeys>();
            RootSecret.RequireOperatorToken(host.Services.GetRequiredService<ISecretSource>());
            await host.StartAsync();
            var cluster = host.Services.GetRequiredService<SiloSettings>().Cluster;
            await ConsoleLines.WriteAsync($"Silo listening on {cluster.ListenAddress}:{cluster.Port}, gateway {cluster.GatewayPort}");
            await host.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e) when (Explanation(e) is { } explained)
        {
            await ConsoleLines.WriteErrorAsync(explained.Lines);
            return explained.ExitCode;
        }
    }

    private static async Task<IHost> BuildAsync(string[] args)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var reading = Task.Run(() => Read(builder.Configuration));
        var redactor = new Redactor(builder.AddControlPlaneLogging());
        ProcessOutput.Guard(redactor);
        redactor.Redact("The first text builds the patterns.");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(4));
        var settings = await reading;
        builder.Services.AddSingleton(settings);
        builder.AddControlPlaneSecrets(settings);
        if (settings.Cluster.HealthPort is not null) builder.Services.AddHostedService(s => ActivatorUtilities.CreateInstance<SiloHealth>(s, settings.Cluster));
        builder.AddControlPlaneSilo(settings, builder.Configuration["ControlPlane:DataDirectory"] ?? "data");
        return builder.Build();
    }

    /// <exception cref="WrongSettingsException">Any setting is wrong; all of them are named.</exception>
    internal static SiloSettings Read(IConfiguration configuration)
    {
        var read = SiloSettings.Read(configuration, services => services
            .AddKnownSettings(configuration, KnownSettings.OfASilo)
            .AddRules<ClusterSettings>(static cluster => cluster.ConnectionString is null ? [NoDatabase] : []));
        return read with
        {
            Cluster = read.Cluster with { Port = read.Cluster.Port ?? ClusterSettings.DefaultPort, GatewayPort = read.Cluster.GatewayPort ?? ClusterSettings.DefaultGatewayPort },
        };
    }

    /// <summary>What a person can do about a start that failed; null for a fault of our own, which the guard of the process reports.</summary>
    private static (IEnumerable<string> Lines, int ExitCode)? Explanation(Exception e) => e switch
    {
        WrongSettingsException wrong => (wrong.Errors, WrongSetting),
        DataDirectoryInUseException or PlaceTakenException or NewerSchemaException or StoreUnavailableException => ([e.Message], CannotStart),
        OperationCanceledException => ([], 0),
        _ when e.GetBaseException() is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            (["A port is in use. Stop the other program, or choose others with ControlPlane__Silo__Port, ControlPlane__Silo__GatewayPort and ControlPlane__Silo__HealthPort."], CannotStart),
        _ => null,
    };
}
