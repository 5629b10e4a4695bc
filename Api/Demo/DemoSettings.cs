using ControlPlane.Api.Hosting;

namespace ControlPlane.Api.Demo;

/// <summary>Settings of the demo, in the order of their weight: what must be so, whatever is configured, and what only is so by default.</summary>
internal static class DemoSettings
{
    public const string DefaultFolder = "data-demo";
    private const string Demo = $"{ApiOptions.Section}:{nameof(ApiOptions.Demo)}";
    private const string Role = $"{ApiOptions.Section}:{nameof(ApiOptions.Role)}";

    /// <summary>Of a start that is no demo: nothing may call it one.</summary>
    public static void Deny(ConfigurationManager configuration) => configuration.AddInMemoryCollection([new(Demo, "false")]);

    /// <exception cref="WrongSettingException">The role is not AllInOne, or a database is set: a demo writes its invented values to its own folder
    /// only.</exception>
    public static void Apply(ConfigurationManager configuration, DemoWorld world, IEnumerable<string> providers)
    {
        if (configuration[Role] is { Length: > 0 } role && !string.Equals(role, ApiOptions.AllInOne, StringComparison.OrdinalIgnoreCase))
            throw new WrongSettingException(Role.Replace(":", "__", StringComparison.Ordinal), "must be AllInOne with --demo", "leave out --demo, or remove the setting");

        if (!string.IsNullOrWhiteSpace(configuration.GetConnectionString("ControlPlane")))
            throw new WrongSettingException("ConnectionStrings__ControlPlane", "must not be set with --demo, which never touches a database of yours", "leave out --demo, or remove the setting");

        Dictionary<string, string?> settings = new(StringComparer.OrdinalIgnoreCase) { [Demo] = "true", [Role] = ApiOptions.AllInOne };

        // Providers that the simulator doesn't play have no place in a demo.
        settings["ControlPlane:Catalogue"] = null;

        // Every provider, also those without a key: no call of a demo may ever leave this machine.
        foreach (var provider in providers)
            settings[$"ControlPlane:Integrations:{provider}:BaseUrl"] = world.Simulator.BaseUrl(provider);

        foreach (var (key, value) in Defaults(world))
        {
            if (string.IsNullOrWhiteSpace(configuration[key])) settings[key] = value;
        }

        configuration.AddInMemoryCollection(settings);
    }

    /// <summary>A broken provider is seen within seconds, and so is a mended one; heartbeats are quick enough to be watched. The market has quiet
    /// periods of up to 45 s, one after the other. A bot without a signal in them is not blind.</summary>
    private static IEnumerable<(string Key, string Value)> Defaults(DemoWorld world) =>
    [
        ("ControlPlane:Verify:TimeoutSeconds", "2"),
        ("ControlPlane:Verify:FreshnessSeconds", "60"),
        ("ControlPlane:Verify:MinIntervalSeconds", "1"),
        .. world.Providers.Select(static provider => ($"ControlPlane:Integrations:{provider}:VerifyIntervalSeconds", "4")),
        ("ControlPlane:Traces:BlindMinCycles", "120"),
        ("ControlPlane:Bots:LeaseSeconds", "10"),
        ("ControlPlane:Bots:RenewSeconds", "2"),
        ("ControlPlane:Bots:StopBySeconds", "6"),
    ];
}
