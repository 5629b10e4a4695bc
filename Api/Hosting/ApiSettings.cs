using System.Collections.Immutable;
using ControlPlane.Silo.Hosting.Settings;

namespace ControlPlane.Api.Hosting;

/// <summary>Every setting of the program with an API: those of a silo, and its own.</summary>
internal static class ApiSettings
{
    public static ImmutableArray<string> Known { get; } = [.. KnownSettings.OfASilo.Except(KnownSettings.OfTheApi), .. KnownSettings.Of(ApiOptions.Section, typeof(ApiOptions))];
}
