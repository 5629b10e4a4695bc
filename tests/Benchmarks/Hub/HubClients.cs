using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Benchmarks.Ingest;
using ControlPlane.Benchmarks.Running;
using ControlPlane.Testing.Hub;

namespace ControlPlane.Benchmarks.Hub;

/// <summary>The readers of a hub or of its peer, all in a process of their own. Commands:
/// <c>open hub|raw COUNT CONTROL_PORT|0 URL...</c>, <c>await TEXT</c>, <c>heard</c>, <c>save FILE</c>, <c>close</c>.</summary>
internal static class HubClients
{
    public const string Worker = "hub-clients";

    /// <param name="Times">When each client had heard, ascending; timestamps of the machine's monotonic clock, which all processes share.</param>
    public sealed record AllHeard(long[] Times, long[] LastByNode);

    public static async Task RunAsync(string[] args)
    {
        HubCrowd? crowd = null;
        HubMark? mark = null;
        Socket? control = null;
        await WorkerProcess.AnswerAsync(async command =>
        {
            var parts = command.Split(' ');
            switch (parts[0])
            {
                case "open":
                    crowd = new HubCrowd([.. parts[4..].Select(url => new Uri(url))], int.Parse(parts[2], CultureInfo.InvariantCulture));
                    await crowd.OpenAsync(parts[1] == "hub" ? ControlPlaneUnderTest.Token : null);
                    if (parts[3] != "0")
                    {
                        control = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                        await control.ConnectAsync(IPAddress.Loopback, int.Parse(parts[3], CultureInfo.InvariantCulture));
                        crowd.AllHeard = () => control.Send("+"u8);
                    }

                    return crowd.Count;
                case "await":
                    mark = crowd!.Await(Encoding.ASCII.GetBytes(parts[1]));
                    return true;
                case "heard":
                    await mark!.All.WaitAsync(TimeSpan.FromSeconds(30));
                    return new AllHeard(mark.Times, mark.LastByNode);
                case "save":
                    await File.WriteAllBytesAsync(parts[1], crowd!.LastSystem ?? throw new InvalidOperationException("Nobody has heard of the system."));
                    return crowd.LastSystem.Length;
                default:
                    crowd?.Dispose();
                    control?.Dispose();
                    return true;
            }
        });
    }
}
