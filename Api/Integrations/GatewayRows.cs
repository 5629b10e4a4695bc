using ControlPlane.Abstractions;
using ControlPlane.Api.Gateway;
using ControlPlane.Api.Hosting;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Integrations;

/// <summary>What a person needs to send a bot's calls through the gateway.</summary>
internal static class GatewayRows
{
    /// <summary>Stands where a token belongs: no endpoint prints one.</summary>
    public const string TokenPlace = "$CONTROL_PLANE_TOKEN";

    /// <summary>Address of the gateway as bots see it.</summary>
    public static string AddressOf(HttpContext context)
    {
        var origin = context.RequestServices.GetRequiredService<IOptions<ApiOptions>>().Value.Session.PublicOrigin;
        return $"{origin ?? $"{context.Request.Scheme}://{context.Request.Host}"}{context.Request.PathBase}{GatewayAddress.Root}";
    }

    public static GatewayRow Of(ProviderDefinition provider, string address, UsageFigures? figures)
    {
        var url = $"{address}/{provider.Id}";
        return new GatewayRow(
            url,
            [.. (provider.Gateway?.Hosts.Keys ?? []).Order(StringComparer.Ordinal).Select(host => new GatewayHostRow(host, $"{url}@{host}"))],
            [.. (provider.Gateway?.Operations ?? []).Select(operation => new EnforcedOperationRow($"{operation.Method} {operation.Path}", operation.Effect, operation.Host))],
            Sample(provider, url))
        {
            Observed24h = figures?.Observed24h,
            Reported24h = figures is { Count24h: { } count, Observed24h: { } observed } ? count - observed : null,
        };
    }

    /// <summary>The variables that the provider's own SDKs read: their base and their key.</summary>
    private static IReadOnlyList<SampleVariableRow> Sample(ProviderDefinition provider, string url)
    {
        var required = provider.Access.Count > 0 ? provider.Access[0].Requires : [];
        var bases = provider.Variables.Where(variable => variable.BotBase || Template.Whole(provider.BaseUrl) == variable.Name).Select(variable => variable.Name).ToList();
        if (bases.Count == 0) bases.Add($"{provider.Id.ToUpperInvariant()}_BASE_URL");
        return
        [
            .. bases.Select(name => new SampleVariableRow(name, url)),
            .. provider.Variables.Where(variable => variable.Secret && required.Contains(variable.Name)).Select(variable => new SampleVariableRow(variable.Name, TokenPlace)),
        ];
    }
}
