using System.Globalization;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

[assembly: HostingStartup(typeof(ControlPlane.ClockShift.ShiftedStartup))]

namespace ControlPlane.ClockShift;

/// <summary>Gives the program a shifted clock before it takes the system's: its own services and Orleans' alike.</summary>
internal sealed class ShiftedStartup : IHostingStartup
{
    /// <summary>How fast the clock runs; 1.1 gains a tenth.</summary>
    public const string Rate = "CLOCKSHIFT_RATE";

    /// <summary>A file that holds how many seconds the wall clock is ahead; it may change at any time.</summary>
    public const string Ahead = "CLOCKSHIFT_AHEAD_FILE";

    public void Configure(IWebHostBuilder builder) => builder.ConfigureServices(services => services.AddSingleton<TimeProvider>(new ShiftedClock(
        double.Parse(Environment.GetEnvironmentVariable(Rate)!, CultureInfo.InvariantCulture), Environment.GetEnvironmentVariable(Ahead)!)));
}
