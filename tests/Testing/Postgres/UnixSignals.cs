using System.Runtime.InteropServices;

namespace ControlPlane.Testing.Postgres;

/// <summary>Signals to a process and to the processes it has started.</summary>
public static class UnixSignals
{
    public const int Int = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Continue = 18;
    public const int Stop = 19;

    public static void Send(int process, int signal) => _ = kill(process, signal);

    /// <summary>The process itself and its children, as they are at this moment.</summary>
    public static IReadOnlyList<int> Family(int process)
    {
        var family = new List<int> { process };
        foreach (var folder in Directory.GetDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), out var id) && Parent(folder) == process) family.Add(id);
        }

        return family;
    }

    private static int? Parent(string folder)
    {
        try
        {
            // The name, in brackets, may hold spaces; the state and the parent follow it.
            var stat = File.ReadAllText(Path.Combine(folder, "stat"));
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);
}
