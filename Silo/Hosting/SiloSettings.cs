using System.Collections.Immutable;
using ControlPlane.Abstractions;
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
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Hosting.Cluster;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting;

/// <summary>Every setting of a silo, read once at start and checked as a whole.</summary>
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

    /// <exception cref="WrongSettingsException">Any setting is wrong; all of them are named.</exception>
    /// <exception cref="CatalogueException">A provider's file is wrong.</exception>
    public static SiloSettings Read(IConfiguration configuration)
    {
        var catalogue = CatalogueLoader.Load(configuration["ControlPlane:Catalogue"]);
        var errors = new SettingErrors();
        var verify = errors.Bind(configuration.GetSection(VerifyOptions.Section), new VerifyOptions());
        var gate = errors.Bind(configuration.GetSection(GateOptions.Section), new GateOptions());
        var runners = errors.Bind(configuration.GetSection(RunnerOptions.Section), new RunnerOptions());
        var risk = errors.Bind(configuration.GetSection(RiskOptions.Section), new RiskOptions());
        var usage = errors.Bind(configuration.GetSection(UsageOptions.Section), new UsageOptions());
        var traces = errors.Bind(configuration.GetSection(TraceOptions.Section), new TraceOptions());
        var autonomy = errors.Bind(configuration.GetSection(AutonomyOptions.Section), new AutonomyOptions());
        var network = errors.Bind(configuration.GetSection(NetworkOptions.Section), new NetworkOptions());
        errors.AddRange([.. network.Errors(), .. verify.Errors(), .. gate.Errors(), .. runners.Errors(), .. risk.Errors(), .. usage.Errors(), .. traces.Errors(), .. autonomy.Errors()]);
        var integrations = IntegrationSettingsReader.Read(configuration, catalogue, new NetworkPolicy(network), errors);
        var policy = PolicyReader.Read(configuration, catalogue, errors);
        var cluster = ClusterSettings.Read(configuration, errors);
        var alerts = AlertSettingsReader.Read(configuration, errors);
        if (cluster.ConnectionString is null && string.Equals(configuration["ControlPlane:Role"], "FrontEnd", StringComparison.OrdinalIgnoreCase))
        {
            errors.Add("ConnectionStrings__ControlPlane: must be set when ControlPlane__Role is FrontEnd: the database tells where the cluster's silos are.");
        }

        errors.ThrowIfAny();
        return new(verify, gate, policy, runners, risk, usage, traces, integrations, catalogue, cluster) { Autonomy = autonomy, Network = network, Alerts = alerts };
    }
}

/// <summary>Reads <c>ControlPlane:Integrations</c>.</summary>
internal static class IntegrationSettingsReader
{
    public static IntegrationSettings Read(IConfiguration configuration, ProviderCatalogue catalogue, NetworkPolicy network, SettingErrors errors)
    {
        var settings = new Dictionary<string, IntegrationOptions>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection(IntegrationOptions.Section).GetChildren())
        {
            var name = SettingErrors.Name(section.Path);

            // Names of settings have no case; ids of providers are lower case.
            var id = section.Key.ToLowerInvariant();
            if (catalogue.Find(id) is null)
            {
                errors.Add($"{name}: names no provider of the catalogue. Correct the name, or remove the setting.");
                continue;
            }

            var options = errors.Bind(section, new IntegrationOptions());
            if (options.BaseUrl is { } url && !IsAllowed(url, network)) errors.Add($"{name}__BaseUrl: must be a whole https address without user, query or fragment; http only for 127.0.0.1, [::1] or localhost, and for what ControlPlane__Network__Allow names.");
            if (options.Certificate is { } pin && !(pin.Length == 64 && pin.All(char.IsAsciiHexDigit))) errors.Add($"{name}__CertificateSha256: must be 64 hex digits, with or without colons.");
            if (options.VerifyIntervalSeconds is { } seconds && !(seconds is >= 1 and <= 604_800)) errors.Add($"{name}__VerifyIntervalSeconds: must be a number from 1 to 604800.");
            settings[id] = options;
        }

        return new(settings);
    }

    private static bool IsAllowed(Uri url, NetworkPolicy network) =>
        url.IsAbsoluteUri && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
        && (url.Scheme == Uri.UriSchemeHttps || (url.Scheme == Uri.UriSchemeHttp && (url.IsLoopback || network.Names(url))));
}

/// <summary>Reads <c>ControlPlane:Policy</c>.</summary>
internal static class PolicyReader
{
    public static PolicyOptions Read(IConfiguration configuration, ProviderCatalogue catalogue, SettingErrors errors)
    {
        var section = configuration.GetSection(PolicyOptions.Section);
        var gates = ImmutableDictionary.CreateBuilder<string, GatePolicyOptions>(StringComparer.Ordinal);
        foreach (var gate in section.GetSection("Gates").GetChildren())
        {
            var name = SettingErrors.Name(gate.Path);
            if (GateNames.All.FirstOrDefault(g => string.Equals(g, gate.Key, StringComparison.OrdinalIgnoreCase)) is not { } known)
            {
                errors.Add($"{name}: names no gate. Gates are {string.Join(", ", GateNames.All)}.");
                continue;
            }

            var required = true;
            if (gate["Required"] is { Length: > 0 } text && !bool.TryParse(text, out required)) errors.Add($"{name}__Required: must be true or false.");
            gates[known] = new(required, Providers(gate, "AnyOf", known, catalogue, errors), Providers(gate, "AllOf", known, catalogue, errors));
        }

        var engine = section["RiskEngine"];
        if (!string.IsNullOrEmpty(engine) && engine is not ("builtin" or "external")) errors.Add("ControlPlane__Policy__RiskEngine: must be builtin or external.");
        var policy = new PolicyOptions { Gates = gates.ToImmutable(), ExternalRiskEngine = engine == "external" };
        return policy;
    }

    /// <summary>A list as one value with commas, or as numbered settings.</summary>
    private static ImmutableArray<string> Providers(IConfigurationSection gate, string list, string gateName, ProviderCatalogue catalogue, SettingErrors errors)
    {
        var section = gate.GetSection(list);
        var ids = section.GetChildren().Select(c => c.Value).Prepend(section.Value)
            .SelectMany(v => (v ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            .Select(v => v.ToLowerInvariant()).Distinct(StringComparer.Ordinal).ToImmutableArray();
        foreach (var id in ids)
        {
            var provider = catalogue.Find(id);
            var name = SettingErrors.Name(section.Path);
            if (provider is null) errors.Add($"{name}: names a provider that is not in the catalogue.");
            else if (GateCapabilities.ForGate(gateName) is not { } need) errors.Add($"{name}: no provider holds this gate. Remove the setting.");
            else if (GateNames.ForCategory(provider.Category) != gateName && !provider.Access.Any(a => a.Verify?.Capabilities.ContainsKey(need.ToString().ToLowerInvariant()) == true))
                errors.Add($"{name}: no verify of {id} (category {provider.Category}) tells whether its key can do what this gate stands for, so it can't hold it.");
            else if (provider.Access.All(a => a.Verify is null)) errors.Add($"{name}: {id} has no harmless verify call, so it can hold no gate.");
        }

        return ids;
    }
}
