/*
 * Preloaded into Wine: gives a pseudo-terminal the modem lines of a serial port, which pseudo-terminals of Linux do not have and without
 * which System.IO.Ports on Windows refuses a port. They are always raised, and setting them does nothing.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <linux/serial.h>

int ioctl(int fd, unsigned long request, ...)
{
    static int (*real)(int, unsigned long, ...);
    va_list arguments;
    void *argument;
    int result;

    if (!real)
        real = (int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
    va_start(arguments, request);
    argument = va_arg(arguments, void *);
    va_end(arguments);
    result = real(fd, request, argument);
    if (result != -1 || (errno != ENOTTY && errno != EINVAL))
        return result;
    switch (request)
    {
    case TIOCMGET:
        *(int *)argument = TIOCM_CTS | TIOCM_DSR | TIOCM_CAR | TIOCM_DTR | TIOCM_RTS;
        return 0;
    case TIOCMSET:
    case TIOCMBIS:
    case TIOCMBIC:
        return 0;
    case TIOCGICOUNT:
        memset(argument, 0, sizeof(struct serial_icounter_struct));
        return 0;
    default:
        return result;
    }
}
