using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using ControlPlane.Silo.Hosting.Settings;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Api.Hosting;

/// <summary>Finds an address in use before the silo starts: a start that can't succeed should say so in one line and touch nothing.</summary>
/// <remarks>The server's own binding decides in the end; another program may take the address between the two.</remarks>
internal static partial class ListenAddresses
{
    private const string Endpoints = "Kestrel:Endpoints";
    private const string DefaultForm = "http://127.0.0.1:5080";

    /// <exception cref="IOException">One of them is in use.</exception>
    public static void CheckFree(IConfiguration configuration)
    {
        foreach (var (_, address) in Of(configuration)) CheckFree(address);
    }

    /// <summary>A line for each that is no address that a server can listen on.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        foreach (var (key, address) in Of(configuration))
        {
            if (Parse(address) is { Scheme: "http" or "https" }) continue;
            var meant = Parse("http://" + address) is { Port: > 0, PathBase: "" } read && address.Contains(':', StringComparison.Ordinal) && !address.Contains("://", StringComparison.Ordinal) && !address.Contains('@', StringComparison.Ordinal)
                ? $"http://{read.Host}:{read.Port}"
                : DefaultForm;
            yield return $"{key}: must be an address with its scheme, http or https. To fix it: write {meant}.";
        }
    }

    /// <summary>Which address is in use, in one sentence.</summary>
    public static string Taken(IOException failure) =>
        AddressInText().Match(failure.Message) is { Success: true } match ? $"The address {match.Groups["address"].Value} is in use." : "The address is in use.";

    /// <summary>Named endpoints of the server go before its addresses, as they do for the server.</summary>
    private static List<(string Key, string Address)> Of(IConfiguration configuration)
    {
        var named = configuration.GetSection(Endpoints).GetChildren().Where(endpoint => endpoint["Url"] is not null).Select(endpoint => ($"{SettingErrors.Name(endpoint.Path)}__Url", endpoint["Url"]!)).ToList();
        return named.Count > 0
            ? named
            : [.. (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(address => ("--urls (ASPNETCORE_URLS)", address))];
    }

    private static void CheckFree(string text)
    {
        if (Parse(text) is not { IsUnixPipe: false, IsNamedPipe: false, Port: > 0 and <= IPEndPoint.MaxPort } address) return;
        try
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(Interface(address.Host), address.Port));
            socket.Listen();
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException($"Failed to bind to address {text}: address already in use.", new AddressInUseException(exception.Message, exception));
        }
        catch (SocketException)
        {
            // The server says for itself what else is wrong with it.
        }
    }

    // What can't be read is the server's to refuse.
    private static BindingAddress? Parse(string text)
    {
        try
        {
            return BindingAddress.Parse(text);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private static IPAddress Interface(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
        : IPAddress.TryParse(host.Trim('[', ']'), out var address) ? address
        : IPAddress.IPv6Any;

    [GeneratedRegex(@"address (?<address>https?://\S+?):? ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex AddressInText();
}
