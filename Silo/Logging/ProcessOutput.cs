using ControlPlane.Grains.Secrets;

namespace ControlPlane.Silo.Logging;

/// <summary>Guards the ways out of a process that pass no logger: the console, and exceptions nobody caught. What the runtime prints
/// from native code (a stack overflow, <c>FailFast</c>, a dump) is beyond it.</summary>
internal static class ProcessOutput
{
    /// <summary>Exit code after an exception that nobody caught.</summary>
    public const int CrashExitCode = 70;

    private static int _guarded;

    /// <summary>Once a process, first thing in <c>Main</c>. An exception that nobody caught ends the process with
    /// <see cref="CrashExitCode"/> and one clean line, before the runtime prints it as it is.</summary>
    public static void Guard(Redactor redactor)
    {
        if (Interlocked.Exchange(ref _guarded, 1) == 1)
            return;
        var text = new LogText(redactor);
        Console.SetOut(new RedactingTextWriter(Console.Out, text));
        var error = new RedactingTextWriter(Console.Error, text);
        Console.SetError(error);
        AppDomain.CurrentDomain.UnhandledException += (_, e) =>
        {
            Bounded(() => Report(error, text, "Unhandled", e.ExceptionObject as Exception));
            Environment.Exit(CrashExitCode);
        };
        TaskScheduler.UnobservedTaskException += (_, e) =>
        {
            Bounded(() => Report(error, text, "Unobserved", e.Exception));
            e.SetObserved();
        };
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Bounded(() =>
        {
            Console.Out.Flush();
            error.Flush();
        });
    }

    /// <summary>An output that nobody reads must hold neither the end of the process nor the finalizer's thread.</summary>
    private static void Bounded(Action write) => ConsoleLines.TryAsync(write).GetAwaiter().GetResult();

    internal static void Report(TextWriter output, LogText text, string what, Exception? exception)
    {
        output.Write(string.Concat(what, ": ", exception is null ? "unknown" : text.Clean(ExceptionText.Of(exception)), "\n"));
        output.Flush();
    }
}
