using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Gateway;

/// <summary>Listeners that belong to one provider each, for SDKs that drop the path of a base URL. Nothing else is served there.</summary>
internal sealed class GatewayListeners(IOptions<ApiOptions> options)
{
    private const string Key = "ControlPlane:Gateway:Listen";

    private readonly FrozenDictionary<int, string> _byPort = options.Value.Gateway.Listen
        .Select(pair => (pair.Key, Address: Parse(pair.Value)))
        .Where(pair => pair.Address is not null)
        .ToFrozenDictionary(pair => new Uri(pair.Address!).Port, pair => pair.Key.ToLowerInvariant());

    public bool IsOwn(HttpContext context) => IsOwn(context.Connection.LocalPort);

    /// <summary>Whether a port belongs to one provider.</summary>
    public bool IsOwn(int port) => _byPort.Count > 0 && _byPort.ContainsKey(port);

    public string? ProviderOf(HttpContext context) => _byPort.Count == 0 ? null : _byPort.GetValueOrDefault(context.Connection.LocalPort);

    /// <summary>Adds the listeners to the server's addresses.</summary>
    public static void AddAddresses(IConfiguration configuration)
    {
        foreach (var address in configuration.GetSection(Key).GetChildren().Select(listen => Parse(listen.Value)).OfType<string>())
        {
            configuration[WebHostDefaults.ServerUrlsKey] = $"{configuration[WebHostDefaults.ServerUrlsKey]};{address}";
        }
    }

    /// <summary>A port alone is one of loopback; null for what is neither a port nor an address of http.</summary>
    public static string? Parse(string? text)
    {
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)) return port is > 0 and <= IPEndPoint.MaxPort ? $"http://127.0.0.1:{port}" : null;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { AbsolutePath: "/", Query: "", UserInfo: "" } ? $"{uri.Scheme}://{uri.Authority}" : null;
    }
}
