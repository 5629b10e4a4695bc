using Xunit.v3;

// Most of these tests wait for clocks and answers; with a thread for each core, most of the time nothing runs.
[assembly: Parallelization(MaxThreads = 4)]
