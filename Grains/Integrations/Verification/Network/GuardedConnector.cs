using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Grains.Integrations.Verification.Network;

/// <summary>Opens the connections of one handler, to addresses that it has checked itself. As the check and the connect use the same
/// address, a name that changes its answer in between gains nothing.</summary>
/// <param name="isAllowed">Every address of a name must pass; one that does not condemns the name.</param>
internal sealed class GuardedConnector(IHostResolver resolver, Func<DnsEndPoint, IPAddress, bool> isAllowed)
{
    private const int MostAddresses = 8;
    private static readonly HttpRequestOptionsKey<bool> s_connected = new("connected");

    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // The handler opens another connection, up to three times, for a request that got no answer. A verify asks once.
        if (context.InitialRequestMessage.Options.TryGetValue(s_connected, out _))
            throw new VerifyFaultException(VerifyCodes.ConnectionReset);
        context.InitialRequestMessage.Options.Set(s_connected, true);

        return await OpenAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken);
    }

    /// <summary>The same for what is no HTTP.</summary>
    public async Task<Stream> OpenAsync(string host, int port, CancellationToken cancellationToken)
    {
        SocketException? last = null;
        foreach (var address in await AddressesAsync(host, port, cancellationToken))
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException failed)
            {
                last = failed;
                socket.Dispose();
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        }

        throw last!;
    }

    /// <summary>The addresses of a host, each of them checked; for a client that opens its connections itself, to these and no name.</summary>
    public async Task<IReadOnlyList<IPAddress>> AddressesAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await ResolveAsync(host, cancellationToken);
        return Array.TrueForAll(addresses, address => isAllowed(new DnsEndPoint(host, port), address))
            ? [.. addresses.Take(MostAddresses)]
            : throw new VerifyFaultException(VerifyCodes.AddressRefused);
    }

    private async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellationToken)
    {
        if (IPAddress.TryParse(host, out var literal))
            return [literal];
        try
        {
            var addresses = await resolver.ResolveAsync(host, cancellationToken);
            return addresses.Length > 0 ? addresses : throw new VerifyFaultException(VerifyCodes.DnsFailed);
        }
        catch (SocketException)
        {
            throw new VerifyFaultException(VerifyCodes.DnsFailed);
        }
    }
}
