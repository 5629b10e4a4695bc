using System.Collections.Immutable;
using System.Reflection;
using ControlPlane.Grains;
using ControlPlane.Grains.Alerts;
using ControlPlane.Grains.Alerts.Commands;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates;
using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Verification.Network;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Secrets;
using ControlPlane.Grains.Usage;
using ControlPlane.Silo.Hosting.Cluster;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Every setting below <c>ControlPlane</c>. One that is not here ends the start; docs/settings.md tells the same ones.</summary>
internal static class KnownSettings
{
    /// <summary>Sections with the type that they are bound to: each of its properties is a setting. <c>*</c> stands for any one name.</summary>
    public static ImmutableArray<(string Section, Type Options)> Sections { get; } =
    [
        (VerifyOptions.Section, typeof(VerifyOptions)),
        ($"{IntegrationOptions.Section}:*", typeof(IntegrationOptions)),
        (NetworkOptions.Section, typeof(NetworkOptions)),
        (GateOptions.Section, typeof(GateOptions)),
        (RunnerOptions.Section, typeof(RunnerOptions)),
        (RiskOptions.Section, typeof(RiskOptions)),
        (UsageOptions.Section, typeof(UsageOptions)),
        (TraceOptions.Section, typeof(TraceOptions)),
        (AutonomyOptions.Section, typeof(AutonomyOptions)),
        (AlertOptions.Section, typeof(AlertOptions)),
        (AlertRoutes.Section, typeof(AlertRoutes)),
        ($"{AlertChannelOptions.Section}:*", typeof(AlertChannelOptions)),
        ($"{ChatCommandOptions.Section}:*", typeof(ChatCommandOptions)),
        (SecretSourceOptions.Section, typeof(SecretSourceOptions)),
    ];

    /// <summary>Properties that the program fills in itself: no text sets them.</summary>
    private static readonly ImmutableArray<string> s_ownBusiness = [$"{SecretSourceOptions.Section}:{nameof(SecretSourceOptions.MadeUp)}"];

    /// <summary>Settings that are read one by one.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        "ControlPlane:DataDirectory",
        "ControlPlane:Catalogue",
        "ControlPlane:Role",
        .. Of(NodeOptions.Section, typeof(NodeOptions)),
        "ControlPlane:OrleansDashboard",
        "ControlPlane:Audit:AnchorFile",
        "ControlPlane:Telemetry:Otlp:Endpoint",
        "ControlPlane:Logging:Format",
        "ControlPlane:Logging:Level",
        "ControlPlane:Policy:RiskEngine",
        "ControlPlane:Policy:Gates:*:Required",
        "ControlPlane:Policy:Gates:*:AnyOf",
        "ControlPlane:Policy:Gates:*:AnyOf:*",
        "ControlPlane:Policy:Gates:*:AllOf",
        "ControlPlane:Policy:Gates:*:AllOf:*",
    ];

    /// <summary>Sections that the API alone reads. A silo's host may hold them too, for both are often given the same environment.</summary>
    public static ImmutableArray<string> OfTheApi { get; } = ["ControlPlane:Access:**", "ControlPlane:Session:**", "ControlPlane:Read:**", "ControlPlane:Live:**", "ControlPlane:Gateway:**", "ControlPlane:Telemetry:**", "ControlPlane:Demo"];

    /// <summary>Everything that a silo knows.</summary>
    public static ImmutableArray<string> OfASilo { get; } = [.. Names, .. Sections.SelectMany(s => Of(s.Section, s.Options)).Where(name => !s_ownBusiness.Any(own => name.StartsWith(own, StringComparison.Ordinal))), .. OfTheApi];

    /// <summary>The settings of a section: one for each property that a text can fill, down through what it holds.</summary>
    public static IEnumerable<string> Of(string section, Type options)
    {
        foreach (var property in options.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite))
        {
            var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            var name = $"{section}:{property.Name}";
            if (type.IsPrimitive || type.IsEnum || type == typeof(decimal) || type == typeof(string) || type == typeof(Uri)) yield return name;
            else if (Element(type) is { } element)
            {
                // One value with commas, or numbered or named ones.
                yield return name;
                foreach (var inner in IsPlain(element) ? [$"{name}:*"] : Of($"{name}:*", element)) yield return inner;
            }
            else if (type.Namespace?.StartsWith("ControlPlane", StringComparison.Ordinal) == true && !typeof(Delegate).IsAssignableFrom(type))
            {
                foreach (var inner in Of(name, type)) yield return inner;
            }
        }
    }

    private static bool IsPlain(Type type) => type.IsPrimitive || type.IsEnum || type == typeof(decimal) || type == typeof(string) || type == typeof(Uri);

    private static Type? Element(Type type) =>
        type.IsArray ? type.GetElementType()
        : type.IsGenericType && typeof(System.Collections.IEnumerable).IsAssignableFrom(type) ? type.GetGenericArguments()[^1]
        : null;
}
