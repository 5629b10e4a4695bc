using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Hosting.Cluster;
using ControlPlane.Silo.Logging;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Every setting of a silo, read once at start and validated as a whole.</summary>
internal sealed record SiloSettings(
    VerifyOptions Verify,
    GateOptions Gate,
    PolicyOptions Policy,
    RunnerOptions Runners,
    RiskOptions Risk,
    UsageOptions Usage,
    TraceOptions Traces,
    IntegrationSettings Integrations,
    ProviderCatalogue Catalogue,
    ClusterSettings Cluster)
{
    public const string ConnectionString = "ControlPlane";

    public AutonomyOptions Autonomy { get; init; } = new();

    public NetworkOptions Network { get; init; } = new();

    internal AlertSettings Alerts { get; init; } = AlertSettings.None;

    /// <summary>Orleans' composition needs these values before the host has a container, so that they are validated in one of their own.</summary>
    /// <param name="more">Settings of the program around the silo, which are validated with them.</param>
    /// <exception cref="WrongSettingsException">Any setting is wrong; all of them are named.</exception>
    public static SiloSettings Read(IConfiguration configuration, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        Add(services, configuration);
        more?.Invoke(services);
        using var valid = services.BuildServiceProvider();
        valid.ValidateSettings();
        return new(
            valid.Settings<VerifyOptions>(),
            valid.Settings<GateOptions>(),
            valid.Settings<PolicyOptions>(),
            valid.Settings<RunnerOptions>(),
            valid.Settings<RiskOptions>(),
            valid.Settings<UsageOptions>(),
            valid.Settings<TraceOptions>(),
            valid.Settings<IntegrationSettings>(),
            valid.Settings<ProviderCatalogue>(),
            valid.Settings<ClusterSettings>())
        {
            Autonomy = valid.Settings<AutonomyOptions>(),
            Network = valid.Settings<NetworkOptions>(),
            Alerts = valid.Settings<AlertSettings>(),
        };
    }

    private static void Add(IServiceCollection services, IConfiguration configuration)
    {
        // What is wrong with the catalogue or the network is told once, and hides nothing of what refers to them.
        var (catalogue, wrong) = LoadCatalogue(configuration["ControlPlane:Catalogue"]);
        var network = new NetworkPolicy(new SettingErrors().Bind(configuration.GetSection(NetworkOptions.Section), new NetworkOptions()));
        services
            .AddSettings<VerifyOptions>(configuration.GetSection(VerifyOptions.Section), o => o.Errors())
            .AddSettings<GateOptions>(configuration.GetSection(GateOptions.Section), o => o.Errors())
            .AddSettings<RunnerOptions>(configuration.GetSection(RunnerOptions.Section), o => o.Errors())
            .AddSettings<RiskOptions>(configuration.GetSection(RiskOptions.Section), o => o.Errors())
            .AddSettings<UsageOptions>(configuration.GetSection(UsageOptions.Section), o => o.Errors())
            .AddSettings<TraceOptions>(configuration.GetSection(TraceOptions.Section), o => o.Errors())
            .AddSettings<AutonomyOptions>(configuration.GetSection(AutonomyOptions.Section), o => o.Errors())
            .AddSettings<NetworkOptions>(configuration.GetSection(NetworkOptions.Section), o => o.Errors())
            .AddSecrets(configuration)
            .AddRules<ProviderCatalogue>(_ => wrong)
            .AddSettings(_ => catalogue ?? new ProviderCatalogue([]))
            .AddSettings(errors => IntegrationSettingsReader.Read(configuration, catalogue, network, errors))
            .AddSettings(errors => PolicyReader.Read(configuration, catalogue, errors))
            .AddSettings(errors => LoggingOptions.Read(configuration, errors))
            .AddSettings(errors => ClusterSettings.Read(configuration, errors))
            .AddSettings(errors => AlertSettingsReader.Read(configuration, errors));
    }

    private static (ProviderCatalogue? Catalogue, IEnumerable<string> Wrong) LoadCatalogue(string? path)
    {
        try
        {
            return (CatalogueLoader.Load(path), []);
        }
        catch (CatalogueException wrong)
        {
            return (null, wrong.Errors.Select(error => error.ToString()));
        }
    }
}
