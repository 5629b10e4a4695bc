using ControlPlane.Grains.Integrations;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Network;
using Microsoft.Extensions.Configuration;

namespace ControlPlane.Silo.Hosting.Settings;

/// <summary>Reads <c>ControlPlane:Integrations</c>.</summary>
/// <remarks>Without a catalogue, which is then an error of its own, names of providers are not checked.</remarks>
internal static class IntegrationSettingsReader
{
    public static IntegrationSettings Read(IConfiguration configuration, ProviderCatalogue? catalogue, NetworkPolicy network, SettingErrors errors)
    {
        var settings = new Dictionary<string, IntegrationOptions>(StringComparer.Ordinal);
        foreach (var section in configuration.GetSection(IntegrationOptions.Section).GetChildren())
        {
            var name = SettingErrors.Name(section.Path);

            // Names of settings have no case; ids of providers are lower case.
            var id = section.Key.ToLowerInvariant();
            if (catalogue is not null && catalogue.Find(id) is null)
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
