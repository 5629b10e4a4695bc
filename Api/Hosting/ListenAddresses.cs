using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;

namespace ControlPlane.Api.Hosting;

/// <summary>Finds an address in use before the silo starts: a start that can't succeed should say so in one line and touch nothing.</summary>
/// <remarks>The server's own binding decides in the end; another program may take the address between the two.</remarks>
internal static class ListenAddresses
{
    private const string Endpoints = "Kestrel:Endpoints";

    /// <exception cref="IOException">One of them is in use.</exception>
    public static void CheckFree(IConfiguration configuration)
    {
        foreach (var address in Of(configuration)) CheckFree(address);
    }

    /// <summary>Named endpoints of the server go before its addresses, as they do for the server.</summary>
    private static IEnumerable<string> Of(IConfiguration configuration)
    {
        var named = configuration.GetSection(Endpoints).GetChildren().Select(endpoint => endpoint["Url"]).OfType<string>().ToList();
        return named.Count > 0
            ? named
            : (configuration[WebHostDefaults.ServerUrlsKey] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
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
            throw new IOException("The address is in use.", new AddressInUseException(exception.Message, exception));
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
}
