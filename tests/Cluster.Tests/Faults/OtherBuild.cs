using System.Diagnostics;
using System.Text;

namespace ControlPlane.Cluster.Tests.Faults;

/// <summary>The same program as another build has it: a copy in which one letter of the revision differs, and nothing else.</summary>
internal static class OtherBuild
{
    /// <param name="built">The folder of the program.</param>
    /// <param name="copy">A folder that is not there yet.</param>
    public static void Make(string built, string copy)
    {
        foreach (var folder in Directory.EnumerateDirectories(built, "*", SearchOption.AllDirectories).Prepend(built))
            Directory.CreateDirectory(Path.Combine(copy, Path.GetRelativePath(built, folder)));
        foreach (var file in Directory.EnumerateFiles(built, "*", SearchOption.AllDirectories)) File.Copy(file, Path.Combine(copy, Path.GetRelativePath(built, file)));

        var assembly = Path.Combine(copy, "Silo.dll");
        var version = Encoding.UTF8.GetBytes(FileVersionInfo.GetVersionInfo(assembly).ProductVersion!);
        var bytes = File.ReadAllBytes(assembly);
        var at = bytes.AsSpan().IndexOf(version);
        Assert.True(at >= 0, "The assembly does not hold its version.");
        var last = at + version.Length - 1;
        bytes[last] = bytes[last] == (byte)'7' ? (byte)'8' : (byte)'7';
        File.WriteAllBytes(assembly, bytes);
    }
}
